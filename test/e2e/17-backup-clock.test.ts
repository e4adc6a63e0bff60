import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Backups, until } from './support/backups';
import { must } from './support/command';
import { docker } from './support/docker';
import { note } from './support/figures';
import { Project, workDirectory } from './support/project';
import { FULL } from './support/proof';
import { recover } from './support/recover';

const PLACES = ['local', 'away'];
const DAY = 86_400;
/** What runs once a day. */
const DAILY = ['base-backup', 'dump', 'drill', 'pitr-drill'];
/** Turns of the schedule in which nothing may run again. */
const QUIET_SECONDS = 45;

let backups: Backups;

/** Sets the clock to so many hours of a day to come, and lets it go on; in these hours nothing daily is due. */
async function setClock(days: number, hours = 12): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const offset = now - (now % DAY) + days * DAY + hours * 3600 - now;
  const file = '/run/postgresql/clock';
  await docker(
    'exec',
    backups.program,
    'sh',
    '-c',
    `echo ${offset < 0 ? '' : '+'}${offset} > ${file}.new; mv ${file}.new ${file}`,
  );
  expect(await backups.sql('select extract(hour from clock_timestamp())')).toBe(String(hours));
}

const startOf = async (job: string): Promise<number> => (await backups.record(job)).started;
const starts = (): Promise<number[]> => Promise.all(DAILY.map(startOf));

/** Waits until each daily job has run once more; the starts of these runs. */
async function ranAgain(before: readonly number[]): Promise<readonly number[]> {
  const ended = async (job: string, index: number): Promise<boolean> => {
    const { started, ended: end = 0 } = await backups.record(job);
    return started !== before[index] && end >= started;
  };
  await until(async () => (await Promise.all(DAILY.map(ended))).every(Boolean), 400);
  const after = await starts();
  await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
  expect(await starts()).toEqual(after);
  return after;
}

/** Ids of a kind in a repository, whatever the clock says. */
async function idsOf(place: string, kind: string): Promise<readonly string[]> {
  const args = ['exec', backups.program, 'python3', '-m', 'backup', 'restic', place, 'snapshots', '--json'];
  return (JSON.parse(await docker(...args, '--tag', kind)) as readonly { readonly id: string }[]).map(({ id }) => id);
}

const NEWEST = `
import json, sys
from backup import configuration, processes, repository
place = repository.named(sys.argv[1], configuration.load())
print(json.dumps(place.newest(sys.argv[2], processes.Deadline(60))["id"]))
`;

interface Found {
  readonly place: string;
  readonly dumps: readonly string[];
  readonly archives: readonly string[];
}

const found = (): Promise<readonly Found[]> =>
  Promise.all(
    PLACES.map(async (place) => ({
      place,
      dumps: await idsOf(place, 'dump'),
      archives: await idsOf(place, 'archive'),
    })),
  );

/** What is there after some runs: all dumps of before, one more, and that one is what a restore takes. */
async function expectOneMore(before: readonly Found[]): Promise<void> {
  for (const [index, { place, dumps }] of (await found()).entries()) {
    const known = before[index]?.dumps ?? [];
    const more = dumps.filter((id) => !known.includes(id));
    expect({ place, all: dumps.length, more: more.length }).toEqual({ place, all: known.length + 1, more: 1 });
    expect(await backups.python(NEWEST, [place, 'dump'])).toBe(more[0]);
  }
}

async function expectNothingLost(what: string): Promise<void> {
  const there = Number(await backups.sql('select sum(n) from total'));
  for (const place of PLACES) {
    const { wrong, total } = await recover(backups, 'latest', place);
    expect({ place, wrong, lost: there - total }).toEqual({ place, wrong: [], lost: 0 });
    note(`${what}, recovered from ${place}`, { rows: total, lost: there - total });
  }
}

if (FULL) jest.setTimeout(1_800_000);

(FULL ? describe : describe.skip)('A clock that is moved', () => {
  beforeAll(async () => {
    const script = join(__dirname, 'images', 'build.sh');
    const built = await must('bash', [script, process.env.DOCKER_HOST ?? '', '--with-clock'], { limitSeconds: 900 });
    const image = (JSON.parse(built) as Record<string, string>)['postgres:clock'] ?? '';
    const away = join(workDirectory(), 'clock-away');
    mkdirSync(away);
    chmodSync(away, 0o777);
    const project = await Project.open('e2e-clock', { away, pitr: true, clock: true });
    project.edit('stacks/mnemolite/mnemolite-stack.ts', 'pgvector/pgvector:0.8.6-pg18-trixie', image);
    backups = await Backups.of(project);
    await until(async () => (await backups.record('check')).ok === 1, 240);
    await backups.sql('create table if not exists mark (name text, at timestamptz default clock_timestamp())');
  });

  afterAll(() => backups.project.destroy());

  test('three days ahead: what was missed runs once, and nothing is lost', async () => {
    const [before, ran] = [await found(), await starts()];
    await backups.openLedger();
    await backups.write(200);
    await setClock(3);
    const after = await ranAgain(ran);
    expect(after.every((start, index) => start - (ran[index] ?? 0) > 2 * DAY)).toBe(true);
    for (const job of DAILY) expect({ job, ...(await backups.record(job)) }).toMatchObject({ job, ok: 1 });
    await expectOneMore(before);
    await expectNothingLost('three days ahead');
  });

  test('and a day back: all runs again, nothing is removed, the newest is found, and somebody is told', async () => {
    const [before, ran] = [await found(), await starts()];
    await backups.openLedger();
    await backups.write(300);
    await setClock(2);
    await ranAgain(ran);
    await expectOneMore(before);
    for (const [index, { archives }] of (await found()).entries()) {
      expect(archives).toEqual(expect.arrayContaining([...(before[index]?.archives ?? [])]));
    }
    await backups.sql('select pg_switch_wal()');
    await backups.succeed('wal-copy');
    await expectNothingLost('a day back');
    for (const job of ['drill', 'pitr-drill']) expect((await backups.record(job)).ok).toBe(1);
    for (const job of ['dump', 'base-backup']) {
      const { ok, reason = '' } = await backups.record(job);
      expect(ok).toBe(0);
      const ways = [...reason.matchAll(/claim to be newer.*?`python3 -m backup (restic \S+ forget [^`]+)`/g)];
      expect(ways).toHaveLength(PLACES.length);
      for (const [, args = ''] of ways) {
        await docker('exec', backups.program, 'python3', '-m', 'backup', ...args.split(' '));
      }
      await backups.succeed(job);
    }
  });

  test('and once more a day later: the next run takes place', async () => {
    const before = await startOf('dump');
    await setClock(3, 4);
    await until(async () => (await backups.record('dump')).ok === 1 && (await startOf('dump')) > before, 240);
    await backups.succeed('pitr-drill');
    await expectNothingLost('the next day');
  });
});
