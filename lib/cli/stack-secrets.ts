import type { Manifest } from '../model/manifest';
import { inspectSecrets, isUnfilled, storeOf } from './secret-states';

/**
 * Says which secrets have no value yet, or undefined when a deploy finds them all.
 *
 * @param command - how the user calls the command that creates them, as in 'npm run secrets --'
 */
export function missingSecrets(manifest: Manifest, command: string): string | undefined {
  const missing = inspectSecrets(manifest, storeOf(manifest)).filter(isUnfilled);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ secret }) => secret.name).join(', ');
  return `${manifest.stack} has secrets without a value: ${names}; see: ${command} ${manifest.stack}`;
}
