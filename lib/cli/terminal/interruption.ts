import type { ChildProcess } from 'node:child_process';

/** Milliseconds in which one interruption may arrive several times: npm forwards the terminal's signals as well. */
const ECHO = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const WAITING =
  'Interrupted: waiting for Terraform, which finishes what it has begun and writes it down. Interrupt again to end it at once.';

/**
 * Decides how an interruption reaches Terraform. Terraform has its own process group, so neither the terminal nor its
 * end reaches it. The first signal of any kind makes it stop cleanly. Only another Ctrl-C ends it at once, and a third
 * one kills it.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly take = (signal: NodeJS.Signals): void => this.pass(signal);
  private child: ChildProcess | undefined;
  private count = 0;
  private last = -Infinity;

  /** @param warn - takes messages for the user */
  public constructor(private readonly warn: (line: string) => void) {
    SIGNALS.forEach((signal) => process.on(signal, this.take));
  }

  public get happened(): boolean {
    return this.signal.aborted;
  }

  /** Signal that is aborted by the first interruption. */
  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Sets the Terraform process that runs from now on; undefined for none. */
  public watch(child: ChildProcess | undefined): void {
    this.child = child;
  }

  /** Restores Node's own handling of signals. */
  public end(): void {
    SIGNALS.forEach((signal) => process.off(signal, this.take));
  }

  private pass(signal: NodeJS.Signals): void {
    const isEcho = Date.now() - this.last < ECHO;
    if (this.happened && (isEcho || signal !== 'SIGINT')) return;
    this.last = Date.now();
    this.count += 1;
    this.controller.abort();
    if (this.child === undefined) return;
    if (this.count === 1) this.warn(WAITING);
    signalGroup(this.child, this.count > 2 ? 'SIGKILL' : 'SIGINT');
  }
}

/**
 * Sends a signal to a program that leads a process group, and to all processes of that group. Windows has no groups.
 */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // All processes of the group have ended.
  }
}
