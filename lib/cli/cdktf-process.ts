import { ChildProcess, spawn, StdioOptions } from 'node:child_process';
import type { ProcessEnvironment } from './child-environment';
import { findCdktf } from './find-cdktf';
import { Interruption } from './interruption';
import { TerraformLog } from './terraform-log';

/** How the program of cdktf (or of its successor, CDK Terrain) ended. */
export interface CdktfResult {
  readonly exitCode: number;
  /** Whether somebody interrupted it. */
  readonly interrupted: boolean;
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
  /** Takes what the user should know while the output is cdktf's. */
  readonly warn: (line: string) => void;
}

const WAITING =
  'Interrupted: waiting for Terraform, which finishes what it has begun and writes it down. Interrupt again to end it at once.';

/** Runs the cdktf of a project to its end. */
export async function runCdktf(run: CdktfRun): Promise<CdktfResult> {
  const interruption = new Interruption();
  const log = new TerraformLog(run.stacks);
  try {
    const child = start(run, interruption.wrap(run.variables), log);
    // Ctrl-C reaches all of us; this one only us.
    const pass = (): void => void child.kill('SIGTERM');
    process.on('SIGTERM', pass);
    const exitCode = await exitOf(child).finally(() => process.off('SIGTERM', pass));
    log.end().forEach((line) => run.print?.(line));
    return { exitCode, interrupted: exitCode !== 0 && interruption.happened, failure: log.failure() };
  } finally {
    await interruption.settle(() => run.warn(WAITING));
  }
}

function start(
  { directory, arguments: words, print }: CdktfRun,
  env: ProcessEnvironment,
  log: TerraformLog,
): ChildProcess {
  const [program, ...first] = findCdktf(directory, env);
  const stdio = print === undefined ? 'inherit' : (['ignore', 'pipe', 'pipe'] satisfies StdioOptions);
  const child = spawn(program, [...first, ...words], { cwd: directory, env, stdio });
  if (print !== undefined) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => log.add(chunk).forEach(print));
    }
  }
  return child;
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
