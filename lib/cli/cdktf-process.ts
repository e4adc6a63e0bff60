import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { ConfigurationError } from '../values';
import type { ProcessEnvironment } from './child-environment';
import { TerraformLog } from './terraform-log';

/** How the program of cdktf (or of its successor, CDK Terrain) ended. */
export interface CdktfResult {
  readonly exitCode: number;
  /** Why Terraform failed; '' where that is not known. */
  readonly failure: string;
}

export interface CdktfRun {
  readonly directory: string;
  readonly arguments: readonly string[];
  readonly variables: ProcessEnvironment;
  /** Names of the stacks it is about. */
  readonly stacks: readonly string[];
  /** Takes each line of output. Undefined gives cdktf the terminal, which it needs to ask a question. */
  readonly print: ((line: string) => void) | undefined;
}

/** Runs the cdktf of a project to its end. */
export function runCdktf(run: CdktfRun): Promise<CdktfResult> {
  const { print } = run;
  const log = new TerraformLog(run.stacks);
  const child = spawn(process.execPath, [findCdktf(run.directory), ...run.arguments], {
    cwd: run.directory,
    env: run.variables,
    stdio: print === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  if (print !== undefined) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => log.add(chunk).forEach(print));
    }
  }
  // An interruption reaches cdktf too; we stay to say how it ended.
  const stay = () => undefined;
  process.on('SIGINT', stay);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      process.off('SIGINT', stay);
      log.end().forEach((line) => print?.(line));
      resolve({ exitCode: code ?? 1, failure: log.failure() });
    });
  });
}

const PROGRAMS = ['cdktf-cli', 'cdktn-cli'];

/**
 * The script of the cdktf that is installed in a project.
 *
 * @throws ConfigurationError when there is none
 */
function findCdktf(directory: string): string {
  const { resolve } = createRequire(path.join(directory, 'package.json'));
  for (const name of PROGRAMS) {
    const file = attempt(() => resolve(`${name}/package.json`));
    if (file !== undefined) return path.join(path.dirname(file), scriptOf(file));
  }
  throw new ConfigurationError(
    undefined,
    `cdktf-cli is not installed in ${JSON.stringify(directory)}; run npm install --save-dev cdktf-cli`,
  );
}

function scriptOf(packageFile: string): string {
  const { bin } = JSON.parse(fs.readFileSync(packageFile, 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
  };
  return Object.values(bin)[0] ?? '';
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
