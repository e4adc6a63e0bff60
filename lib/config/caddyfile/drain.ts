import { posix } from 'node:path';
import { ConfigurationError, quoted } from '../../values';
import type { CaddyfileModel } from './model';
import { block, type Lines } from './text';

/**
 * Returns lines that close the connections of clients while the drain file exists. The answer has `Connection: close`,
 * which Caddy turns into a GOAWAY over HTTP/2. Websockets use that header otherwise, and HTTP/3 has none.
 */
export function drainLines({ drainFile }: CaddyfileModel): Lines {
  if (drainFile === undefined) return [];
  if (!/^\/[\w./-]*[\w-]$/.test(drainFile)) {
    throw new ConfigurationError(
      undefined,
      `a drain file must be an absolute path of letters, digits and "_./-", got ${quoted(drainFile)}`,
    );
  }
  const matcher = [
    ...block('file', [`root ${posix.dirname(drainFile)}`, `try_files ${posix.basename(drainFile)}`]),
    'not protocol http/3',
    'not header Upgrade *',
  ];
  return [...block('@draining', matcher), 'header @draining Connection close'];
}
