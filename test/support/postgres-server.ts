import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePorts } from './free-ports';
import { postgresPrograms, requireProgram, searchPath } from './programs';

/** What the settings of a database may say against. */
export const TRUSTS_NOTHING = [
  'search_path=pg_catalog,pg_temp',
  'role=none',
  'default_transaction_read_only=off',
  'statement_timeout=0',
  'lock_timeout=60s',
  'local_preload_libraries=',
]
  .map((option) => `-c ${option}`)
  .join(' ');

/** The programs that a private server needs. */
export const POSTGRES_PROGRAMS = ['initdb', 'postgres', 'psql'];

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who runs the server when the tests run as root, which PostgreSQL refuses. */
const UNPRIVILEGED = 65534;

/** Where a machine keeps files in memory: making a database there takes a third of the time. */
const IN_MEMORY = '/dev/shm';
/** Several times what the tests write; a container has little memory there by default. */
const NEEDED_BYTES = 1024 ** 3;

/** A server in a directory of its own, thrown away afterwards. */
export class PostgresServer {
  /**
   * @param more arguments of the server's command line
   * @param major version of the server and its programs; the newest of this machine by default
   */
  static async start(more: readonly string[] = [], major?: number): Promise<PostgresServer> {
    const [port = 0] = await freePorts(1);
    const server = new PostgresServer(port, more, major);
    await server.waitUntilReady();
    return server;
  }

  readonly directory = mkdtempSync(join(placeForData(), 'pg-'));
  private readonly data = join(this.directory, 'data');
  private readonly process: ChildProcess;

  private constructor(
    readonly port: number,
    private readonly more: readonly string[],
    private readonly major: number | undefined,
  ) {
    mkdirSync(this.data, { mode: 0o700 });
    chmodSync(this.directory, 0o755);
    if (isRoot()) [this.directory, this.data].forEach((path) => chownSync(path, UNPRIVILEGED, UNPRIVILEGED));
    const initialized = spawnSync(
      this.program('initdb'),
      [
        '-D',
        this.data,
        '-U',
        'postgres',
        '--auth-local=trust',
        '--auth-host=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-sync',
      ],
      { ...this.identity(), encoding: 'utf8' },
    );
    if (initialized.status !== 0) throw new Error(`initdb failed: ${initialized.stderr}`);
    this.process = this.run();
  }

  /** Runs a script as a job would; the file stands for the job's only file. */
  script(script: string): Outcome {
    return outcome('sh', ['-c', script], this.jobEnvironment());
  }

  /** The same without waiting for its end. */
  scriptInBackground(script: string): Promise<Outcome> {
    return new Promise((resolve) => {
      const job = spawn('sh', ['-c', script], { env: { ...process.env, ...this.jobEnvironment() } });
      let [stdout, stderr] = ['', ''];
      job.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      job.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      job.on('close', (status) => resolve({ status, stdout, stderr }));
    });
  }

  /** SQL of the superuser over the socket. */
  sql(database: string, sql: string): Outcome {
    return this.psql(sql, { PGDATABASE: database, PGUSER: 'postgres', PGHOST: this.directory });
  }

  /**
   * A file with SQL for psql, run by the superuser over the socket. Settings of the database have no say.
   *
   * @param variables variables of psql
   * @param environment of psql; replaces the superuser's
   */
  sqlFile(
    database: string,
    path: string,
    variables: Readonly<Record<string, string>> = {},
    environment: Readonly<Record<string, string>> = {
      PGUSER: 'postgres',
      PGHOST: this.directory,
      PGOPTIONS: TRUSTS_NOTHING,
    },
  ): Outcome {
    const set = Object.entries(variables).flatMap(([name, value]) => ['-v', `${name}=${value}`]);
    const args = ['-XAtq', '-v', 'ON_ERROR_STOP=1', ...set, '-f', path];
    return outcome(this.program('psql'), args, { ...environment, PGDATABASE: database, PGPORT: String(this.port) });
  }

  /** SQL of a consumer, with its password over the network. */
  sqlAs(role: string, password: string, database: string, sql: string): Outcome {
    return this.psql(sql, { PGDATABASE: database, PGUSER: role, PGHOST: '127.0.0.1', PGPASSWORD: password });
  }

  /** What each of these says that fails, when a consumer tries one after the other; all in one session, which is quicker. */
  refusalsOf(role: string, password: string, database: string, ...attempts: readonly string[]): readonly string[] {
    const environment = { PGDATABASE: database, PGUSER: role, PGHOST: '127.0.0.1', PGPASSWORD: password };
    const { stderr } = this.psqlWith('0', attempts, environment);
    return stderr.split('\n').filter((line) => line.startsWith('ERROR: '));
  }

  /** A file that a job may read. */
  file(name: string, content: string): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  log(): string {
    return readFileSync(join(this.data, 'log', 'server.log'), 'utf8');
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.process.on('close', resolve));
    this.process.kill('SIGQUIT');
    await ended;
    rmSync(this.directory, { recursive: true, force: true });
  }

  private jobEnvironment(): Record<string, string> {
    const own = this.major === undefined ? [] : [postgresPrograms(this.major)];
    return { PATH: [...own, ...searchPath()].join(delimiter), PGPORT: String(this.port) };
  }

  private program(name: string): string {
    return this.major === undefined ? requireProgram(name) : join(postgresPrograms(this.major), name);
  }

  private psql(sql: string, environment: Record<string, string>): Outcome {
    return this.psqlWith('1', [sql], environment);
  }

  private psqlWith(stop: '0' | '1', commands: readonly string[], environment: Record<string, string>): Outcome {
    const arguments_ = ['-XAtq', '-v', `ON_ERROR_STOP=${stop}`, ...commands.flatMap((sql) => ['-c', sql])];
    return outcome(this.program('psql'), arguments_, { ...environment, PGPORT: String(this.port) });
  }

  /** Logs everything, so that a test can look for what must not be there. */
  private run(): ChildProcess {
    const settings = {
      port: this.port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: this.directory,
      fsync: 'off',
      full_page_writes: 'off',
      log_statement: 'all',
      log_min_duration_statement: '0',
      logging_collector: 'on',
      log_directory: 'log',
      log_filename: 'server.log',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return spawn(this.program('postgres'), ['-D', this.data, ...options, ...this.more], {
      ...this.identity(),
      stdio: 'ignore',
    });
  }

  private identity(): { uid?: number; gid?: number; cwd: string } {
    return isRoot() ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED, cwd: this.directory } : { cwd: this.directory };
  }

  private async waitUntilReady(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (this.sql('postgres', 'select 1').status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server does not answer: ${this.sql('postgres', 'select 1').stderr}`);
  }
}

function placeForData(): string {
  if (!existsSync(IN_MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return bavail * bsize > NEEDED_BYTES ? IN_MEMORY : tmpdir();
}

function outcome(command: string, arguments_: readonly string[], environment: Record<string, string>): Outcome {
  const { status, stdout, stderr } = spawnSync(command, arguments_, {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { status, stdout: stdout.trim(), stderr: stderr.trim() };
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}
