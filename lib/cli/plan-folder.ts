import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = `docker-constructs-plan-${hostname()}-`;

/**
 * Folder for one saved plan, which holds the values of variables in clear. Only its owner can open it, and it goes with
 * the command. A command that was killed leaves its folder to the next one.
 */
export class PlanFolder {
  private readonly directory: string;

  public constructor() {
    removeLeftovers();
    // Made with mode 0700.
    this.directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  }

  /** Where Terraform saves the plan. */
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
      // It belongs to another user.
    }
  }
}

/** A process of another user runs, too: that we may not signal it says so. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
