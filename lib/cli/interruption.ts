import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessEnvironment } from './child-environment';

const WRAPPER = join(__dirname, '../assets/terraform/keep-running.sh');

/** Milliseconds between two looks at whether Terraform still runs. */
const INTERVAL = 100;

/** Milliseconds in which the same interruption may reach this process again: npm passes on what it gets from the terminal. */
const ECHO = 1000;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * An interrupted cdktf ends before its Terraform has, and takes it down: containers that were just made would be on the
 * engine and not in the state. With this around, Terraform ends in its own time, and the command waits for it.
 */
export class Interruption {
  private readonly directory = mkdtempSync(join(tmpdir(), 'docker-constructs-'));
  private signals = 0;
  private readonly count = (): void => void (this.signals += 1);

  public constructor() {
    SIGNALS.forEach((signal) => process.on(signal, this.count));
  }

  /** The variables of cdktf with our wrapper as its Terraform. Windows has no hang-up, and no shell for the wrapper. */
  public wrap(variables: ProcessEnvironment): ProcessEnvironment {
    if (process.platform === 'win32') return variables;
    return {
      ...variables,
      TERRAFORM_BINARY_NAME: WRAPPER,
      TERRAFORM_PROGRAM: variables.TERRAFORM_BINARY_NAME ?? 'terraform',
      TERRAFORM_PIDS: this.directory,
    };
  }

  public get happened(): boolean {
    return this.signals > 0;
  }

  /** To be called when cdktf has ended: comes back when its Terraform has ended too. Another interruption is passed on. */
  public async settle(onWait: () => void): Promise<void> {
    const running = this.happened ? readdirSync(this.directory).map(Number).filter(isRunning) : [];
    if (running.length > 0) {
      onWait();
      await outlive(running);
    }
    SIGNALS.forEach((signal) => process.off(signal, this.count));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function outlive(pids: readonly number[]): Promise<void> {
  const begin = Date.now();
  const pass = (signal: NodeJS.Signals): void => {
    if (Date.now() - begin > ECHO) pids.filter(isRunning).forEach((pid) => process.kill(pid, signal));
  };
  SIGNALS.forEach((signal) => process.on(signal, pass));
  while (pids.some(isRunning)) await pause(INTERVAL);
  SIGNALS.forEach((signal) => process.off(signal, pass));
}

/** What has ended and is waited for by nobody keeps its number: in containers without an init process for good. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const status = `/proc/${pid}/stat`;
    return !existsSync(status) || !/\) Z /.test(readFileSync(status, 'utf8'));
  } catch {
    return false;
  }
}
