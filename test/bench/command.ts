import { spawn } from 'node:child_process';
import * as path from 'node:path';

export const ROOT = path.resolve(__dirname, '..', '..');
export const TS_NODE = path.join(ROOT, 'node_modules/ts-node/dist/bin.js');

/** What a program said last is nearly always why it failed. */
const LAST_LINES = 20;

export interface CommandOptions {
  /** @default - the repository */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly limitSeconds?: number;
}

export interface Finished {
  readonly ok: boolean;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
  /** Wall time. */
  readonly seconds: number;
}

/** Runs a program to its end. What it prints is kept for the case that it fails. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const { cwd = ROOT, env, limitSeconds = 300 } = options;
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: limitSeconds * 1000,
    });
    let [stdout, output] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({ ok: status === 0, stdout, output, seconds: (performance.now() - begin) / 1000 }),
    );
  });
}

/** The same for what has to succeed. */
export async function must(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const finished = await run(program, args, options);
  if (finished.ok) return finished;
  throw new Error(
    `${path.basename(program)} ${args.join(' ')} failed:\n${finished.output.trim().split('\n').slice(-LAST_LINES).join('\n')}`,
  );
}

/** Whether a program answers at all. */
export async function answers(program: string, ...args: readonly string[]): Promise<boolean> {
  return run(program, args, { limitSeconds: 20 }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** A program of this Node. */
export function node(args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  return must(process.execPath, args, options);
}
