import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TRUSTS_NOTHING } from './postgres-server';
import type { Outcome, PostgresServer } from './postgres-server';
import { postgresPrograms, program } from './programs';
import { ROOT } from './stacks';

/** Debian's own comes first, because its packages are for it. */
export const PYTHON = ['/usr/bin/python3', program('python3')].find((one) => one !== undefined) ?? 'python3';
/** What the program needs on this machine. */
export const BACKUP_PROGRAMS = ['python3', 'restic', 'setpriv'];

const UNPRIVILEGED = 65534;
const SCHEDULE = { minutes: [0], hours: [3], days: [1], months: [1], weekdays: [0], timeZone: 'UTC' };
const JOB = { schedule: SCHEDULE, timeLimit: 600 };

export interface BackupProgramProps {
  /** Seconds that a lock is waited for. @default - as in production */
  readonly lockSeconds?: number;
  readonly assertions?: readonly { readonly database: string; readonly sql: string }[];
}

/** The program that takes backups, in a directory of its own, beside a server of this machine and with its major version. */
export class BackupOnHost {
  readonly directory: string;
  private readonly drill: ChildProcess;

  constructor(
    private readonly server: PostgresServer,
    private readonly major: number,
    { lockSeconds, assertions = [] }: BackupProgramProps = {},
  ) {
    this.directory = mkdtempSync(join(server.directory, 'backup-'));
    const settings = {
      host: 'shop-test/postgres',
      postgres: { socket: server.directory, user: 'postgres' },
      jobs: { dump: JOB, drill: JOB, check: JOB },
      repositories: [this.repository('local')],
      drill: { leastTables: 1, assertions },
    };
    for (const name of ['state', 'spool', 'scratch', 'own', 'program']) mkdirSync(join(this.directory, name));
    cpSync(join(ROOT, 'programs/backup/backup'), join(this.directory, 'program/backup'), { recursive: true });
    this.change('postgres.py', 'LOCK_SECONDS', lockSeconds);
    this.write('settings.json', JSON.stringify(settings));
    this.write('key', 'the key of the repository');
    this.own();
    this.drill = spawn(PYTHON, ['-m', 'backup', 'drill'], { ...this.options(), stdio: 'ignore' });
  }

  /** Settings of a repository in the directory. */
  repository(name: string): object {
    const [url, password] = [join(this.directory, name), join(this.directory, 'key')];
    return { name, url, password, secrets: {}, options: [], retention: [] };
  }

  /** A command of the program. */
  run(...args: readonly string[]): Outcome {
    const { status, stdout, stderr } = spawnSync(PYTHON, ['-m', 'backup', ...args], {
      ...this.options(),
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  /** What a Python program prints beside it, from JSON. */
  python(text: string): unknown {
    const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', text], { ...this.options(), encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  }

  /** A command that must end well; what it prints, from JSON. */
  facts(...args: readonly string[]): unknown {
    const { status, stdout, stderr } = this.run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stderr}`);
    return stdout === '' ? undefined : JSON.parse(stdout);
  }

  /** Loads the newest dump of a database under another name into the server. */
  load(database: string, into: string, ...more: readonly string[]): unknown {
    this.facts('fetch', '--to=latest', '--repository=local');
    return this.facts('load', `--database=${database}`, `--into=${into}`, ...more);
  }

  /** Makes the newest dump the data of a new server; the directory, which is the server's own user's. */
  restore(...settings: readonly string[]): string {
    const into = join(this.directory, `restored-${Date.now()}`);
    this.facts('fetch', '--to=latest', '--repository=local');
    this.facts('restore', '--to=latest', `--into=${into}`, '--', '-c', 'dynamic_shared_memory_type=mmap', ...settings);
    return into;
  }

  /** A question to a server on data that was restored, which runs for its sake alone. */
  ask(data: string, database: string, sql: string): string {
    this.write('question.sql', sql);
    const settings = `-c listen_addresses= -c unix_socket_directories=${this.directory} -c hba_file=${data}/pg_hba.conf`;
    const control = ['-D', data, '-w', '-l', join(this.directory, 'restored.log'), '-o', settings];
    const psql = ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', this.directory, '-U', 'postgres', '-f', 'question.sql'];
    this.program('pg_ctl', [...control, 'start']);
    try {
      return this.program('psql', psql, { PGDATABASE: database, PGOPTIONS: TRUSTS_NOTHING }).trim();
    } finally {
      this.program('pg_ctl', [...control, '-m', 'fast', 'stop']);
    }
  }

  /** What is known of a job. */
  record(job: string): Readonly<Record<string, unknown>> {
    return JSON.parse(readFileSync(join(this.directory, `state/jobs/${job}.json`), 'utf8')) as Record<string, unknown>;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
    this.own();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.drill.on('close', resolve));
    this.drill.kill('SIGKILL');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private program(name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): string {
    const { env, ...options } = this.options();
    const path = join(postgresPrograms(this.major), name);
    const ended = spawnSync(path, args, { ...options, env: { ...env, ...more }, encoding: 'utf8', timeout: 60_000 });
    if (ended.status !== 0) throw new Error(`${name}: ${ended.stderr}${ended.stdout}`);
    return ended.stdout;
  }

  private change(file: string, name: string, value: number | undefined): void {
    if (value === undefined) return;
    const path = join(this.directory, 'program/backup', file);
    const [text, line] = [readFileSync(path, 'utf8'), new RegExp(`^${name} = \\d+$`, 'm')];
    if (!line.test(text)) throw new Error(`${file} has no ${name}`);
    writeFileSync(path, text.replace(line, `${name} = ${value}`));
  }

  private own(): void {
    if (process.getuid?.() !== 0) return;
    spawnSync('chown', ['--recursive', `${UNPRIVILEGED}:${UNPRIVILEGED}`, this.directory]);
    chownSync(this.directory, UNPRIVILEGED, UNPRIVILEGED);
  }

  private options(): {
    readonly env: NodeJS.ProcessEnv;
    readonly cwd: string;
    readonly uid?: number;
    readonly gid?: number;
  } {
    const { directory } = this;
    const env = {
      PATH: [postgresPrograms(this.major), process.env.PATH ?? ''].join(delimiter),
      LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH,
      HOME: directory,
      LANG: 'C.UTF-8',
      PGPORT: String(this.server.port),
      PYTHONPATH: join(directory, 'program'),
      PYTHONDONTWRITEBYTECODE: '1',
      BACKUP_CONFIGURATION: join(directory, 'settings.json'),
      BACKUP_STATE: join(directory, 'state'),
      BACKUP_SPOOL: join(directory, 'spool'),
      BACKUP_SCRATCH: join(directory, 'scratch'),
      BACKUP_OWN: join(directory, 'own'),
    };
    return process.getuid?.() === 0
      ? { env, cwd: directory, uid: UNPRIVILEGED, gid: UNPRIVILEGED }
      : { env, cwd: directory };
  }
}
