import { chmodSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Backups, until } from './support/backups';
import { must, run } from './support/command';
import { Disk } from './support/disk';
import { docker, theOnly } from './support/docker';
import { pidOf, startEngine, testKilling } from './support/engine';
import { note } from './support/figures';
import { workDirectory } from './support/project';
import { FULL } from './support/proof';
import { recover } from './support/recover';

const PLACES = ['local', 'away'];
const STEPS = 60_000;
/** Transactions that write some 60 MB of log. */
const BULK =
  "create table if not exists bulk (t text); insert into bulk select repeat('x', 1000) from generate_series(1, 50000)";

let backups: Backups;
let receiver: string;
let disk: Disk;

const inProgram = (script: string): Promise<string> => docker('exec', backups.program, 'sh', '-c', script);
const total = async (): Promise<number> => Number(await backups.sql('select sum(n) from total'));

/** Clients that count, until they did so often enough or the server is gone. */
async function writing(): Promise<{ readonly end: () => Promise<void> }> {
  await backups.sql('drop table if exists ledger, total');
  await backups.openLedger();
  const writers = backups.write(STEPS).catch(() => undefined);
  await until(async () => (await total()) > 2000);
  const stop = "select pg_terminate_backend(pid) from pg_stat_activity where query like 'do $$%'";
  return { end: () => backups.sql(stop).then(() => writers) };
}

/** Recovers from each place to a position after all that was committed, and compares. */
async function expectNothingLost(what: string, places = PLACES): Promise<void> {
  const there = await total();
  const lsn = await backups.sql(`select pg_create_restore_point('${what}')`);
  await backups.sql('select pg_switch_wal()');
  await backups.succeed('wal-copy');
  for (const place of places) {
    const found = await recover(backups, lsn, place);
    expect({ place, wrong: found.wrong, lost: there - found.total }).toEqual({ place, wrong: [], lost: 0 });
    note(`${what}, recovered from ${place}`, { rows: found.total, lost: there - found.total });
  }
}

async function metric(name: string, task: string): Promise<number> {
  const script = 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:9746/metrics").read().decode())';
  const text = await docker('exec', backups.program, 'python3', '-c', script);
  return Number(new RegExp(`^backup_${name}\\{task="${task}"\\} (\\S+)$`, 'm').exec(text)?.[1]);
}

/** The newest snapshot of a kind. */
async function newest(kind: string, place: string): Promise<string | undefined> {
  const args = ['exec', backups.program, 'python3', '-m', 'backup', 'restic', place, 'snapshots', '--json'];
  const all = JSON.parse(await docker(...args, '--tag', kind)) as readonly { readonly id: string }[];
  return all.at(-1)?.id;
}

/** What a full archive is like. */
async function expectFull(): Promise<void> {
  await backups.sql(BULK);
  const before = await total();
  for (const job of ['wal-copy', 'base-backup']) {
    expect(await backups.job(job)).toMatchObject({ status: 1 });
    expect((await backups.record(job)).reason).toMatch(/\/archive is full: .*make room/s);
    expect(await metric('last_run_success', job)).toBe(0);
  }
  const args = ['logs', '--tail=50', receiver];
  expect((await run('docker', args)).output).toMatch(/^\/archive is full: .*make room/m);
  expect(await metric('wal_lag_bytes', 'wal-copy')).toBeGreaterThan(16 * 2 ** 20);
  expect(await total()).toBeGreaterThan(before);
}

if (FULL) jest.setTimeout(1_800_000);

(FULL ? describe : describe.skip)('With two places and the log', () => {
  beforeAll(async () => {
    const away = join(workDirectory(), 'faults-away');
    mkdirSync(away);
    chmodSync(away, 0o777);
    disk = await Disk.make(
      join(workDirectory(), 'archive.img'),
      'mnemolite-e2e-faults-postgres-backup-archive',
      '640M',
    );
    backups = await Backups.openOn('e2e-faults', { away, pitr: true });
    receiver = (await theOnly(backups.project.stack, 'postgres-backup-receiver')).Id;
    await until(async () => (await backups.record('check')).ok === 1, 240);
    await backups.sql('create table if not exists mark (name text, at timestamptz default clock_timestamp())');
  });

  afterAll(async () => {
    try {
      await backups.project.destroy();
    } finally {
      await disk.remove();
    }
  });

  test('a full archive is a failure that says so, the database goes on, and with room all is received', async () => {
    const writers = await writing();
    await inProgram('cat /dev/zero > /archive/filler').catch(() => undefined);
    try {
      await expectFull();
    } finally {
      await inProgram('rm /archive/filler');
    }
    await writers.end();
    await backups.sql('drop table bulk');
    await expectNothingLost('a full archive');
    await backups.succeed('pitr-drill');
  });

  testKilling.each(['SIGKILL', 'SIGTERM'] as const)(
    'an engine that gets %s and is started again leaves no gap',
    async (signal) => {
      const writers = await writing();
      const pid = pidOf('dockerd');
      process.kill(pid, signal);
      await until(() =>
        must('kill', ['-0', String(pid)]).then(
          () => false,
          () => true,
        ),
      );
      await startEngine();
      await until(async () => (await total()) > 0, 120);
      await writers.end();
      // A third client, who writes after the restart.
      await backups.sql(
        'insert into ledger select 3, i from generate_series(1, 1000) i; insert into total values (3, 1000)',
      );
      await expectNothingLost(`engine ${signal}`);
      await backups.succeed('pitr-drill');
    },
  );

  test('a place that was away while each job ran gets all of it, and was a failure all the time', async () => {
    const { away = '' } = backups.project.base;
    const gone = `${away}-gone`;
    mkdirSync(gone);
    const move = (from: string, to: string): void =>
      readdirSync(from).forEach((name) => renameSync(join(from, name), join(to, name)));
    const successes = await Promise.all(
      ['dump', 'wal-copy'].map((job) => metric('last_success_timestamp_seconds', job)),
    );
    const reached = await metric('recovery_point_timestamp_seconds', 'wal-copy');
    const writers = await writing();
    move(away, gone);
    for (const job of ['wal-copy', 'dump', 'base-backup', 'wal-copy', 'drill', 'pitr-drill', 'dump']) {
      const kind = job === 'dump' ? 'dump' : 'archive';
      const saves = !job.endsWith('drill');
      const before = await newest(kind, 'local');
      expect(await backups.job(job)).toMatchObject({ status: 1 });
      expect((await backups.record(job)).reason).toMatch(/^repository away: /);
      expect(await metric('last_run_success', job)).toBe(0);
      if (saves) expect(await newest(kind, 'local')).not.toBe(before);
    }
    const after = await Promise.all(['dump', 'wal-copy'].map((job) => metric('last_success_timestamp_seconds', job)));
    expect(after).toEqual(successes);
    expect(await metric('recovery_point_timestamp_seconds', 'wal-copy')).toBe(reached);
    move(gone, away);
    await writers.end();
    await expectNothingLost('a place that came back');
    expect(await metric('recovery_point_timestamp_seconds', 'wal-copy')).toBeGreaterThan(reached);
    for (const job of ['dump', 'drill', 'pitr-drill']) await backups.succeed(job);
  });
});
