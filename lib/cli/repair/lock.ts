import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEnvironment } from '../terraform/child-environment';

/** Place of the lock of a stack's state. */
export interface LockPlace {
  /** Command of Terraform or OpenTofu. */
  readonly program: string;
  /** Folder of the stack, in which `init` has run. */
  readonly directory: string;
  readonly variables: ProcessEnvironment;
}

/** Milliseconds between two checks whether Terraform has the lock. */
const PAUSE = 50;

/**
 * Runs a function while no apply of the stack can run. Terraform's console holds the lock of the state, with every
 * backend, while it reads a file. That file is a pipe that ends when the function is done.
 *
 * @returns false if another command holds the lock, and the function did not run
 */
export async function underLock(place: LockPlace, work: () => Promise<void>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-constructs-lock-'));
  try {
    return await whileReading(place, join(folder, 'pipe'), work);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function whileReading(place: LockPlace, pipe: string, work: () => Promise<void>): Promise<boolean> {
  if (spawnSync('mkfifo', ['-m', '600', pipe]).status !== 0) return false;
  const { program, directory: cwd, variables: env } = place;
  const child = spawn(program, ['console'], { cwd, env, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()).on('error', () => resolve()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(`file(${JSON.stringify(pipe)})\n`);
  const writer = await Promise.race([ended, readerOf(pipe, ended)]);
  if (writer === undefined) return false;
  try {
    await work();
    return true;
  } finally {
    closeSync(writer);
    await ended;
  }
}

/** Opens a pipe as soon as it has a reader; returns undefined if the reader ended before. */
async function readerOf(pipe: string, ended: Promise<void>): Promise<number | undefined> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!isOver) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await pause(PAUSE);
    }
  }
  return undefined;
}

/**
 * Returns the start time of the apply that left its lock beside a local state, in seconds since 1970. Returns undefined
 * without a lock: an apply that ends removes it, and one that was killed does not.
 */
export function leftLock(file: string): number | undefined {
  const lock = join(dirname(file), `.${basename(file)}.lock.info`);
  if (!existsSync(lock)) return undefined;
  try {
    const { Created: created } = JSON.parse(readFileSync(lock, 'utf8')) as { readonly Created?: string };
    return Date.parse(created ?? '') / 1000 || 0;
  } catch {
    return 0;
  }
}
