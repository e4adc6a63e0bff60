import type { ChildProcess } from 'node:child_process';

/** Milliseconds in which one interruption may arrive several times: npm passes on what the terminal sends as well. */
const ECHO = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const WAITING =
  'Interrupted: waiting for Terraform, which finishes what it has begun and writes it down. Interrupt again to end it at once.';

/**
 * Decides what Terraform learns of an interruption. Terraform has a process group of its own, so that neither the
 * terminal nor its end reaches it. The first signal of any kind asks it to stop in good order. Only another Ctrl-C ends
 * it at once, and a third one kills it.
 */
export class Interruption {
  private readonly controller = new AbortController();
  private readonly take = (signal: NodeJS.Signals): void => this.pass(signal);
  private child: ChildProcess | undefined;
  private count = 0;
  private last = -Infinity;

  /** @param warn - takes what the user should know meanwhile */
  public constructor(private readonly warn: (line: string) => void) {
    SIGNALS.forEach((signal) => process.on(signal, this.take));
  }

  public get happened(): boolean {
    return this.signal.aborted;
  }

  /** Aborted with the first interruption. */
  public get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Names the Terraform that runs from now on; undefined for none. */
  public watch(child: ChildProcess | undefined): void {
    this.child = child;
  }

  /** Leaves signals to Node again. */
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

/** Sends a signal to a program that leads a process group, and to all that it started. Windows has no groups. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // All of the group has ended.
  }
}
