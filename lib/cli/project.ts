import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError, quoted } from '../values';

/** What `cdktf.json` says about a project, as far as the commands need it. */
export interface Project {
  /** Absolute path of the folder with `cdktf.json`. */
  readonly directory: string;
  /** Shell command that runs the program with the stacks. */
  readonly app: string;
  /** Absolute path of the folder that a synthesis writes to. */
  readonly output: string;
  /** The context that the program is given, as JSON. */
  readonly context: string;
}

interface CdktfJson {
  readonly app?: unknown;
  readonly output?: unknown;
  readonly context?: unknown;
}

/**
 * The project in a folder, whoever it belongs to: this repository or one that uses the library.
 *
 * @throws ConfigurationError when the folder has no usable `cdktf.json`
 */
export function readProject(directory: string): Project {
  const file = join(directory, 'cdktf.json');
  const { app, output = 'cdktf.out', context = {} } = parse(file);
  if (typeof app !== 'string' || app.trim() === '') throw unusable(file, 'names no "app" to run');
  if (typeof output !== 'string') throw unusable(file, `has ${quoted(output)} as "output", not a folder`);
  return { directory, app, output: resolve(directory, output), context: JSON.stringify(context) };
}

function parse(file: string): CdktfJson {
  if (!existsSync(file)) throw unusable(file, 'is missing; run the command in the folder of a cdktf project');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CdktfJson;
  } catch {
    throw unusable(file, 'is not valid JSON; correct it');
  }
}

function unusable(file: string, problem: string): ConfigurationError {
  return new ConfigurationError(undefined, `${quoted(file)} ${problem}`);
}
