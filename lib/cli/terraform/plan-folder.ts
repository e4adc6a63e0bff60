import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = `docker-constructs-plan-${hostname()}-`;

/**
 * Folder for one saved plan, which holds the values of variables in clear. Only its owner can open it, and the command
 * removes it at its end. The next command removes the folder of one that was killed.
 */
export class PlanFolder {
  private readonly directory: string;

  public constructor() {
    removeLeftovers();
    // The folder has mode 0700.
    this.directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  }

  /** Path of the saved plan. */
  public get file(): string {
    return join(this.directory, 'plan');
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : NaN;
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // The folder belongs to another user.
    }
  }
}

/** Returns true if a process runs. A refused signal means that it runs under another user. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
