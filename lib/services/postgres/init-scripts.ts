import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { ConfigFile } from '../../model/workload/config-file';

const DIRECTORY = '/docker-entrypoint-initdb.d';
/** Endings of file names that the official image runs. */
const RUN = ['.sh', '.sql', '.sql.gz', '.sql.xz', '.sql.zst'];

/** Returns the files of a directory, byte for byte, for the directory that the image reads on its first start. */
export function initScriptFiles(where: IConstruct, directory: string | undefined): readonly ConfigFile[] {
  if (directory === undefined) return [];
  const absolute = resolve(directory);
  if (!existsSync(absolute) || !statSync(absolute).isDirectory()) {
    throw new ConfigurationError(
      where,
      `init script directory ${quote(directory)} does not exist; make it or drop \`initScripts\``,
    );
  }
  // The image's shell ignores hidden files too: `.gitkeep`, `.gitattributes`.
  const names = readdirSync(absolute).filter((name) => !name.startsWith('.'));
  return names.sort().map((name) => scriptFile(where, join(absolute, name), name));
}

function scriptFile(where: IConstruct, source: string, name: string): ConfigFile {
  const isFile = statSync(source, { throwIfNoEntry: false })?.isFile() === true;
  if (!isFile || !RUN.some((end) => name.endsWith(end))) {
    throw new ConfigurationError(
      where,
      `init scripts are files called ${RUN.map((end) => `*${end}`).join(', ')}, in one folder, and the image would leave ` +
        `${quote(name)} out; rename it or move it elsewhere`,
    );
  }
  return { path: `${DIRECTORY}/${name}`, content: readFileSync(source), executable: name.endsWith('.sh') };
}
