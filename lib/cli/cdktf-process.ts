import { spawn } from 'node:child_process';
import type { ProcessEnvironment } from './child-environment';
import { findCdktf } from './find-cdktf';
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
  const [program, ...words] = findCdktf(run.directory, run.variables);
  const child = spawn(program, [...words, ...run.arguments], {
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
