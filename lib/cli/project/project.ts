import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError, quote } from '../../values';

/** Content of `cdktf.json` that the commands need. */
export interface Project {
  /** Absolute path of the folder with `cdktf.json`. */
  readonly directory: string;
  /** Shell command that runs the program with the stacks. */
  readonly app: string;
  /** Absolute path of the folder that a synthesis writes to. */
  readonly output: string;
  /** Context of the program, as JSON. */
  readonly context: string;
}

interface CdktfJson {
  readonly app?: unknown;
  readonly output?: unknown;
  readonly context?: object;
  readonly terraformModules?: unknown;
}

/** Values of a command line that replace those of `cdktf.json`. */
export interface ProjectOptions {
  readonly app?: string;
  readonly output?: string;
}

/**
 * Returns the project in a folder: this repository or one that uses the library.
 *
 * @throws ConfigurationError when the folder has no usable `cdktf.json`
 */
export function readProject(directory: string, options: ProjectOptions = {}): Project {
  const file = join(directory, 'cdktf.json');
  const settings = parse(file);
  const { app = settings.app, output = settings.output ?? 'cdktf.out' } = options;
  if (typeof app !== 'string' || app.trim() === '') throw unusable(file, 'names no "app" to run');
  if (typeof output !== 'string') throw unusable(file, `has ${quote(output)} as "output", not a folder`);
  return { directory, app, output: resolve(directory, output), context: contextOf(settings) };
}

/** Returns the context with the modules of the project itself, as cdktf adds them. */
function contextOf({ context = {}, terraformModules = [] }: CdktfJson): string {
  const modules = Array.isArray(terraformModules) ? (terraformModules as readonly TerraformModule[]) : [];
  const relative = modules.filter((module) => /^\.\.?\//.test(typeof module === 'string' ? module : module.source));
  return JSON.stringify(relative.length === 0 ? context : { ...context, cdktfRelativeModules: relative });
}

type TerraformModule = string | { readonly source: string };

function parse(file: string): CdktfJson {
  if (!existsSync(file)) throw unusable(file, 'is missing; run the command in the folder of a cdktf project');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CdktfJson;
  } catch {
    throw unusable(file, 'is not valid JSON; correct it');
  }
}

function unusable(file: string, problem: string): ConfigurationError {
  return new ConfigurationError(undefined, `${quote(file)} ${problem}`);
}
