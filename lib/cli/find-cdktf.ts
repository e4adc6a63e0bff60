import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { ConfigurationError, quoted } from '../values';
import type { ProcessEnvironment } from './child-environment';

/** cdktf and its successor, CDK Terrain: each is a package `<name>-cli` with a program `<name>`. */
const NAMES = ['cdktf', 'cdktn'];

/**
 * How the cdktf of a project is started: the one that is installed in it, else the one in the PATH.
 *
 * @throws ConfigurationError when there is none
 */
export function findCdktf(directory: string, environment: ProcessEnvironment): readonly [string, ...string[]] {
  const script = firstOf(NAMES, (name) => installedScript(directory, `${name}-cli`));
  if (script !== undefined) return [process.execPath, script];
  const program = firstOf(NAMES, (name) => programIn(environment.PATH ?? '', name));
  if (program !== undefined) return [program];
  throw new ConfigurationError(
    undefined,
    `cdktf-cli is not installed in ${quoted(directory)}; run npm install --save-dev cdktf-cli`,
  );
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  return names.map(find).find((found) => found !== undefined);
}

function installedScript(directory: string, packageName: string): string | undefined {
  const { resolve } = createRequire(join(directory, 'package.json'));
  try {
    const file = resolve(`${packageName}/package.json`);
    const { bin } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
    return join(dirname(file), Object.values(bin)[0] ?? '');
  } catch {
    return undefined;
  }
}

interface PackageJson {
  readonly bin: Readonly<Record<string, string>>;
}

function programIn(searchPath: string, name: string): string | undefined {
  const candidates = searchPath.split(delimiter).map((folder) => join(folder, name));
  return candidates.find((candidate) => existsSync(candidate));
}
