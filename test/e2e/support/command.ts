import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';

export interface Finished {
  readonly status: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
  readonly stdout: string;
  readonly seconds: number;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The command is killed when it runs longer. @default 5 minutes */
  readonly limitSeconds?: number;
  /** The command is interrupted as by Ctrl-C, with all that it started, as soon as its output has this. */
  readonly interruptAt?: string;
}

/** Runs a program to its end without blocking the load that is sent meanwhile. Any exit code is an answer. */
export function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const started = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: (options.limitSeconds ?? 300) * 1000,
      killSignal: 'SIGKILL',
      detached: options.interruptAt !== undefined,
    });
    if (options.interruptAt !== undefined) interrupt(child, options.interruptAt);
    const all: Buffer[] = [];
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => (all.push(chunk), out.push(chunk)));
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
    child.on('error', reject);
    child.on('close', (status) =>
      resolve({
        status,
        output: Buffer.concat(all).toString(),
        stdout: Buffer.concat(out).toString(),
        seconds: (Date.now() - started) / 1000,
      }),
    );
  });
}

function interrupt(child: ChildProcess, at: string): void {
  let seen = '';
  child.stdout?.on('data', function look(chunk: Buffer) {
    seen += chunk.toString();
    if (!seen.includes(at) || child.pid === undefined) return;
    child.stdout?.off('data', look);
    process.kill(-child.pid, 'SIGINT');
  });
}

/** The same for programs that have to succeed. */
export async function must(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, output, stdout } = await run(program, args, options);
  if (status === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${output}`);
}
