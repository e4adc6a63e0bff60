import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../../values';
import type { ConfigFile } from '../../model/config-file';

const DIRECTORY = '/docker-entrypoint-initdb.d';

/** The files of a directory, delivered to where the image looks for them on its first start. */
export function initScriptFiles(where: IConstruct, directory: string | undefined): readonly ConfigFile[] {
  if (directory === undefined) return [];
  const absolute = resolve(directory);
  if (!existsSync(absolute)) {
    throw new ConfigurationError(
      where,
      `init script directory ${quoted(directory)} does not exist; make it or drop \`initScripts\``,
    );
  }
  return readdirSync(absolute)
    .filter((name) => name.endsWith('.sql') || name.endsWith('.sh'))
    .sort()
    .map((name) => ({
      path: `${DIRECTORY}/${name}`,
      content: readFileSync(join(absolute, name), 'utf8'),
      executable: name.endsWith('.sh'),
    }));
}
