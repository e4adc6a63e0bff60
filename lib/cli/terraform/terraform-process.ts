import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEnvironment } from './child-environment';
import { Interruption, signalGroup } from '../terminal/interruption';

/** One run of Terraform or OpenTofu. */
export interface TerraformRun {
  /** Name or path of the program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Folder in which it runs. */
  readonly directory: string;
  readonly variables: ProcessEnvironment;
  /** Takes each piece of its output. */
  readonly take: (chunk: string) => void;
}

/** Result of a program. */
export interface TerraformEnd {
  /** Exit code; 128 and the signal's number if a signal ended it. */
  readonly code: number;
  /** Signal that ended it. */
  readonly signal?: NodeJS.Signals;
}

/**
 * Returns a message that Terraform cannot print: it was killed, or ended silently. '' for a failure with its own
 * message.
 */
export function abruptEnd(program: string, { code, signal }: TerraformEnd): string {
  if (signal !== undefined)
    return `${program} was ended by ${signal} before it was done; what it made last may be missing in its state.`;
  return code === 0 ? `${program} ended without saying that it was done.` : '';
}

/**
 * Lets Terraform outlive us. If we are killed, its next line of output would kill it too, before it recorded its new
 * objects. One stream keeps errors and output in order.
 */
const KEEP_RUNNING = `trap '' HUP PIPE; exec "$@" 2>&1`;

/**
 * Milliseconds in which the last output arrives after the end. A leftover process of Terraform may hold the stream
 * open.
 */
const LAST_OUTPUT = 1000;

/** Milliseconds in which gates and the provider end after a killed Terraform. */
const CLEAN_UP = 10_000;

/** Runs Terraform to its end, whatever the result. */
export async function runTerraform(run: TerraformRun, interruption: Interruption): Promise<TerraformEnd> {
  const child = start(run);
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', run.take);
  const closed = once(child, 'close');
  interruption.watch(child);
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    // Otherwise providers and gates would continue without Terraform.
    if (signal !== null) await endGroup(child);
    await Promise.race([closed, pause(LAST_OUTPUT, undefined, { ref: false })]);
    return signal === null ? { code: code ?? 1 } : { code: 128 + constants.signals[signal], signal };
  } finally {
    interruption.watch(undefined);
    child.stdout?.destroy();
  }
}

/**
 * Ends the children of a killed Terraform, which would continue to make containers. A gate needs a moment to clean up.
 */
async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, 'SIGTERM');
  for (const deadline = Date.now() + CLEAN_UP; Date.now() < deadline && groupRuns(child);) await pause(100);
  signalGroup(child, 'SIGKILL');
}

function groupRuns({ pid }: ChildProcess): boolean {
  try {
    return process.platform !== 'win32' && pid !== undefined && process.kill(-pid, 0);
  } catch {
    return false;
  }
}

function start({ program, args, directory: cwd, variables: env }: TerraformRun): ChildProcess {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  if (process.platform === 'win32') return spawn(program, args, { cwd, env, stdio });
  return spawn('/bin/sh', ['-c', KEEP_RUNNING, 'sh', program, ...args], { cwd, env, stdio, detached: true });
}
