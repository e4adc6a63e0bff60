import { setTimeout as sleep } from 'node:timers/promises';
import { Backups, until } from './support/backups';
import { run } from './support/command';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { FULL } from './support/proof';

/** Rows of pgbench that make some 100 MB for each seven. */
const SCALE = 70;
const ROUNDS = 3;
const BENCH_SECONDS = 20;
/** Each takes two seconds. */
const LOOKS = 10;
/** Of load, and of none, for what is stored in a day. */
const STORING_SECONDS = 240;
const LOSSES = 5;

let backups: Backups;
const inServer = (...args: readonly string[]): Promise<string> => docker('exec', backups.postgres, ...args);
const sizeOf = async (): Promise<number> => Number(await backups.sql("select pg_database_size('bench')", 'postgres'));

async function timed(what: string, act: () => Promise<unknown>): Promise<void> {
  const started = Date.now();
  await act();
  note(what, { seconds: (Date.now() - started) / 1000, 'database MB': Math.round((await sizeOf()) / 1e6) });
}

async function transactionsPerSecond(): Promise<number> {
  const args = ['--client=4', '--jobs=2', `--time=${BENCH_SECONDS}`, '--no-vacuum', '--username=postgres', 'bench'];
  return Number(/tps = ([\d.]+)/.exec(await inServer('pgbench', ...args))?.[1]);
}

/** What the engine says of a container now: memory, and the share of a processor. */
async function used(hostname: string): Promise<{ readonly memory: string; readonly cpu: number }> {
  const { Id } = await theOnly(backups.project.stack, hostname);
  const text = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}|{{.CPUPerc}}', Id);
  const [memory = '', cpu = ''] = text.trim().split('|');
  return { memory: memory.split(' ')[0] ?? '', cpu: Number.parseFloat(cpu) };
}

/** Bytes in all repositories, once the log of up to now is in them. */
async function stored(): Promise<number> {
  await backups.succeed('wal-copy');
  const size =
    'from backup import configuration, processes, repository as r; print(r.size(configuration.load(), processes.Deadline(99)))';
  return backups.python<number>(size);
}

async function noteGrowth(what: string, act: () => Promise<unknown>): Promise<void> {
  const before = await stored();
  await act();
  note(`stored: ${what}`, { 'database MB': Math.round((await sizeOf()) / 1e6), MB: ((await stored()) - before) / 1e6 });
}

/** Commits until it is answered no more, and prints the time of each commit that was. */
const BEAT =
  'while psql -XAtqU postgres -c "insert into beat values (clock_timestamp()) returning extract(epoch from at)"; do :; done';

/** The newest beat in what the archive has, recovered beside everything else. */
const NEWEST_BEAT = `
import json, pathlib, shutil
from backup import barman, targets
from backup.processes import Deadline
from backup.recovery import Recovery
data = pathlib.Path("/spool/recovered")
data.mkdir(mode=0o700)
try:
    with Recovery(barman.Barman(), targets.parse("latest"), data, "postgres", Deadline(280), {"fsync": "off"}) as server:
        print(json.dumps(float(server.query("select extract(epoch from max(at)) from public.beat", Deadline(280)))))
finally:
    shutil.rmtree(data)
`;

/** Kills the server in the middle of commits; how many seconds of answered ones the archive does not have. */
async function lost(): Promise<number> {
  await backups.sql('truncate beat', 'postgres');
  const beating = run('docker', ['exec', backups.postgres, 'sh', '-c', BEAT]);
  await sleep(3000 + Math.random() * 4000);
  await docker('kill', backups.postgres);
  const answered = Number(
    (await beating).stdout
      .trim()
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .at(-1),
  );
  await sleep(2000);
  const newest = await backups.python<number>(NEWEST_BEAT);
  await docker('start', backups.postgres);
  await until(async () => (await backups.sql('select 1', 'postgres')) === '1', 120);
  return Math.max(0, answered - newest);
}

// Nothing here is judged but that it works; the figures are for docs/backups.md.
(FULL ? describe : describe.skip)('With a gigabyte', () => {
  beforeAll(async () => {
    backups = await Backups.open();
    await until(async () => (await backups.record('check')).ok === 1, 180);
    await inServer('createdb', '--username=postgres', 'bench');
    await inServer('pgbench', '--initialize', `--scale=${SCALE}`, '--quiet', '--username=postgres', 'bench');
  }, 600_000);

  test('each job, and a restore by one command', async () => {
    for (const name of ['dump', 'drill', 'base-backup', 'wal-copy', 'pitr-drill']) {
      await timed(`a gigabyte: ${name}`, () => backups.succeed(name));
    }
    const time = (
      await backups.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')")
    ).trim();
    const { project } = backups;
    await timed('a gigabyte: restore to a moment, until the stack is deployed and saved again', async () => {
      const { status, output } = await project.command('restore', project.stack, '--to', time, '--yes');
      if (status !== 0) throw new Error(output);
      backups = await Backups.open();
      note('a gigabyte: of it', { text: /restored in .*/.exec(output)?.[0] ?? '' });
    });
    expect(await sizeOf()).toBeGreaterThan(9e8);
  }, 1_800_000);

  test('what it costs while nothing happens, and while much does', async () => {
    const names = ['postgres-backup', 'postgres-backup-receiver', 'postgres-backup-drill'];
    for (const name of names) {
      const looks = [];
      for (let look = 0; look < LOOKS; look += 1) looks.push(await used(name));
      const cpu = looks.reduce((sum, one) => sum + one.cpu, 0) / LOOKS;
      note(`at rest: ${name}`, { memory: looks.at(-1)?.memory ?? '', '% of a CPU': cpu.toFixed(2) });
    }
    const receiver = await theOnly(backups.project.stack, 'postgres-backup-receiver');
    const [on, off]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      on.push(await transactionsPerSecond());
      await docker('stop', receiver.Id);
      off.push(await transactionsPerSecond());
      await docker('start', receiver.Id);
    }
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    note('pgbench, 4 clients', {
      'tps received': Math.round(sum(on) / ROUNDS),
      'tps not received': Math.round(sum(off) / ROUNDS),
    });
    expect(Math.min(...on, ...off)).toBeGreaterThan(0);
  }, 1_800_000);

  test('what a day stores', async () => {
    const load = [
      `--time=${STORING_SECONDS}`,
      '--rate=20',
      '--client=4',
      '--no-vacuum',
      '--username=postgres',
      'bench',
    ];
    await noteGrowth(`${STORING_SECONDS} s without a change`, () => sleep(STORING_SECONDS * 1000));
    await noteGrowth(`${STORING_SECONDS} s of 20 transactions a second`, () => inServer('pgbench', ...load));
    await noteGrowth('one more dump', () => backups.succeed('dump'));
    await noteGrowth('one more base backup', () => backups.succeed('base-backup'));
  }, 1_800_000);

  test('what is lost with the server', async () => {
    await backups.sql('create table if not exists beat (at timestamptz)', 'postgres');
    const losses = [];
    for (let loss = 0; loss < LOSSES; loss += 1) losses.push(await lost());
    note('server killed in the middle of commits', { losses: LOSSES, 'most seconds lost': Math.max(...losses) });
    expect(losses.every((seconds) => seconds >= 0)).toBe(true);
  }, 1_800_000);

  afterAll(() => backups.project.destroy());
});
