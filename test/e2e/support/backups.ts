import { ready } from './client';
import { run } from './command';
import type { Finished } from './command';
import { docker, theOnly } from './docker';
import { Project } from './project';
import type { Scenario } from './scenario';

export const DATABASE = 'mnemolite';

/** Transactions of a client that writes on, between two looks at whether it must stop. */
const STEPS = 1_000;

export interface JobRecord {
  readonly ok: number;
  readonly reason?: string;
  readonly started: number;
  readonly ended?: number;
}

/** MnemoLite with a BackupJob; the files that test backups share it, and the last one destroys it. */
export class Backups {
  private constructor(
    public readonly project: Project,
    /** Id of the container that takes backups. */
    public readonly program: string,
    public readonly postgres: string,
  ) {}

  public static open(): Promise<Backups> {
    return Backups.openOn('e2e-backup', { backup: true });
  }

  /** The same of a stack of its own. */
  public static async openOn(name: string, wanted: Omit<Scenario, 'name' | 'http'>): Promise<Backups> {
    const project = await Project.open(name, wanted);
    return Backups.of(project);
  }

  public static async of(project: Project): Promise<Backups> {
    await project.ensure();
    await ready(project.http);
    const ids = ['postgres-backup', 'postgres'].map(async (name) => (await theOnly(project.stack, name)).Id);
    const [program = '', postgres = ''] = await Promise.all(ids);
    return new Backups(project, program, postgres);
  }

  /** Runs a job now, with other settings where a file is named. */
  public job(name: string, settings?: string): Promise<Finished> {
    return runJob(this.program, name, settings);
  }

  /** Runs a job that has to end well, once one of the schedule is done. */
  public succeed(name: string): Promise<void> {
    return succeed(this.program, name);
  }

  /** Runs a Python program beside the backup program, with all that it can reach; what it printed, as JSON. */
  public async python<Result>(program: string, args: readonly string[] = [], limitSeconds = 300): Promise<Result> {
    const words = ['exec', this.program, 'python3', '-c', program, ...args];
    const { stdout, output } = await run('docker', words, { limitSeconds });
    try {
      return JSON.parse(stdout) as Result;
    } catch {
      throw new Error(output);
    }
  }

  public async sql(text: string, database = DATABASE): Promise<string> {
    const words = ['psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', database, '-c', text];
    return (await docker('exec', this.postgres, ...words)).trim();
  }

  public async record(name: string): Promise<JobRecord> {
    return JSON.parse(await docker('exec', this.program, 'cat', `/state/jobs/${name}.json`)) as JobRecord;
  }

  /** Kills what a job that was started here runs, without a chance to clean up. */
  public async kill(): Promise<void> {
    await run('docker', ['exec', this.program, 'python3', '-c', KILL]);
  }

  /** Empty tables for two clients that write. */
  public async openLedger(): Promise<void> {
    await this.sql(
      'create table if not exists ledger (client int, seq int, primary key (client, seq)); ' +
        'create table if not exists total (client int primary key, n int); ' +
        'truncate ledger, total; insert into total values (1, 0), (2, 0);',
    );
  }

  /** Two clients that count on, and note what they counted in the same transaction, until they did so often enough. */
  public async write(steps: number): Promise<void> {
    const writer = (client: number): string =>
      `do $$ declare last int := (select n from total where client = ${client}); ` +
      `begin for i in last + 1..last + ${steps} loop insert into ledger values (${client}, i); ` +
      `update total set n = i where client = ${client}; commit; perform pg_sleep(0.002); end loop; end $$`;
    await Promise.all([this.sql(writer(1)), this.sql(writer(2))]);
  }

  /** The same until it is stopped. */
  public writeOn(): { readonly stop: () => Promise<void> } {
    let isOver = false;
    const writing = (async () => {
      while (!isOver) await this.write(STEPS);
    })();
    // A failure is reported by `stop`.
    writing.catch(() => undefined);
    return { stop: () => ((isOver = true), writing) };
  }
}

function runJob(container: string, name: string, settings?: string): Promise<Finished> {
  const environment = settings === undefined ? [] : ['--env', `BACKUP_CONFIGURATION=${settings}`];
  return run('docker', ['exec', ...environment, container, 'python3', '-m', 'backup', 'run', name]);
}

/** Runs a job of a backup program that has to end well, once one of the schedule is done. */
export async function succeed(container: string, name: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const { status, output } = await runJob(container, name);
    if (status === 0) return;
    if (!output.includes('another job is running')) throw new Error(`${name}: ${output}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${name} finds another job running for a minute`);
}

/** Clients whose total is not what they noted, or who left something out: none, in any past of the database. */
export const WRONG_CLIENTS =
  'select client from public.total t where n <> (select count(*) from public.ledger l where l.client = t.client) union ' +
  'select client from public.ledger group by 1 having max(seq) <> count(*)';

export async function until(done: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 4; attempt += 1) {
    if (await done().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`did not come true in ${seconds} seconds: ${String(done)}`);
}

const KILL = `
import os, re
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            words = open(f"/proc/{name}/cmdline").read()
        except OSError:
            continue
        if re.search("backup\\0run|^restic|^(/.*/)?pg_|^(/.*/)?psql|barman", words):
            os.kill(int(name), 9)
`;
