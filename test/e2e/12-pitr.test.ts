import { Backups, until } from './support/backups';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan } from './support/project';
import { FULL } from './support/proof';
import { recover as recoverOf } from './support/recover';
import type { Recovered } from './support/recover';

const CYCLES = FULL ? 20 : 2;
const STEPS = FULL ? 60_000 : 4_000;
const DAMAGES = FULL ? 300 : 4;
const KILLS = FULL ? 100 : 2;

/**
 * Damages a file of a copy of the archive, any kind in turn, by a flipped bit, a cut or its loss; then the recovery has
 * to reach its position with all that is before it, or fail. Prints how often it was otherwise.
 */
const DAMAGE = `
import json, pathlib, random, shutil, sys, tempfile
from backup import archive, barman, configuration, repository
from backup.failure import Failure
from backup.processes import Deadline
from backup.recovery import Recovery
count, seed, lsn = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
chance, settings, target = random.Random(seed), configuration.load(), {"kind": "lsn", "value": lsn}
home, data = pathlib.Path("/spool/proof"), pathlib.Path("/spool/recovered")
place = repository.of(settings)[0]
archive.fetch(place, place.newest(archive.ARCHIVE, Deadline(100))["id"], home, target, Deadline(100))
data.mkdir(mode=0o700)
def content():
    with tempfile.TemporaryDirectory() as directory:
        with Recovery(barman.over_copy(home, directory), target, data, "postgres", Deadline(100), {"fsync": "off"}) as server:
            return server.query("select sum(hashtext(l::text)::bigint), count(*) from public.ledger l", Deadline(100), "mnemolite")
def damaged(whole):
    at, how = chance.randrange(max(len(whole), 1)), chance.random()
    if how < 0.1:
        return None
    return whole[:at] if how < 0.4 else whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1:]
truth, wrong, refused = content(), [], 0
kinds = ["base/*/data/base/**/*", "wals/*/*", "streaming/*", "base/*/data/*", "meta/*", "base/*/data/global/*", "base/*/data/pg_xact/*", "wals/*.history"]
for number in range(count):
    files = [path for path in (home / "database").glob(kinds[number % len(kinds)]) if path.is_file() and path.stat().st_size]
    if not files:
        continue
    file = chance.choice(sorted(files))
    whole = file.read_bytes()
    broken = damaged(whole)
    file.unlink() if broken is None else file.write_bytes(broken)
    try:
        if content() != truth:
            wrong.append(f"{file} {'lost' if broken is None else 'cut' if len(broken) < len(whole) else 'flipped'}")
    except Failure:
        refused += 1
    file.write_bytes(whole)
shutil.rmtree(data)
shutil.rmtree(home)
print(json.dumps({"wrong": wrong, "refused": refused}))
`;

interface Damages {
  readonly wrong: readonly string[];
  readonly refused: number;
}

if (FULL) jest.setTimeout(6 * 3_600_000);

let backups: Backups;
let receiver: string;

const recover = (...args: readonly string[]): Promise<Recovered> => recoverOf(backups, ...args);

/** A mark of its own transaction; returns the moment after it. */
async function mark(name: string): Promise<string> {
  await backups.sql(`insert into mark values ('${name}')`);
  return backups.sql('select clock_timestamp()');
}

const utcNow = (): Promise<string> =>
  backups.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");

beforeAll(async () => {
  backups = await Backups.open();
  receiver = (await theOnly(backups.project.stack, 'postgres-backup-receiver')).Id;
  // Of what runs once the stack is up, it comes last.
  await until(async () => (await backups.record('check')).ok === 1, 120);
  await backups.sql(
    'create table if not exists mark (name text, at timestamptz default clock_timestamp()); truncate mark',
  );
});

describe('Any moment since the first base backup', () => {
  test('comes back as it was: what was committed before, and nothing of after', async () => {
    await backups.openLedger();
    const writers = backups.write(STEPS);
    await until(async () => Number(await backups.sql('select sum(n) from total')) > 0);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const least = Number(await backups.sql('select sum(n) from total'));
      const time = await mark(`before ${cycle}`);
      const lsn = await backups.sql(`select pg_create_restore_point('point-${cycle}')`);
      const target = [lsn, `point-${cycle}`, time][cycle % 3] ?? time;
      await mark(`after ${cycle}`);
      const isCopied = cycle % 2 === 1;
      if (isCopied) await backups.succeed('wal-copy');
      const found = await recover(target, ...(isCopied ? ['local'] : []));
      expect({ target, marks: found.marks, wrong: found.wrong }).toMatchObject({
        marks: expect.arrayContaining([`before ${cycle}`]) as string[],
        wrong: [],
      });
      expect(found.marks).not.toContain(`after ${cycle}`);
      expect(found.total).toBeGreaterThanOrEqual(least);
    }
    await writers;
  });

  test('and what was committed last, when the server and the receiver are killed in between', async () => {
    await backups.openLedger();
    const writers = backups.write(STEPS).catch(() => undefined);
    await until(async () => Number(await backups.sql('select sum(n) from total')) > 100);
    await docker(
      'exec',
      receiver,
      'sh',
      '-c',
      'kill -9 $(grep -ls "pg_receive[w]al" /proc/[0-9]*/cmdline | cut -d/ -f3)',
    );
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await docker('exec', backups.postgres, 'sh', '-c', 'kill -9 $(head -n 1 "$PGDATA/postmaster.pid")').catch(() => '');
    await writers;
    await until(async () => Number(await backups.sql('select sum(n) from total')) > 0, 90);
    await backups.succeed('wal-copy');
    const { total, wrong } = await recover('latest', 'local');
    const there = Number(await backups.sql('select sum(n) from total'));
    expect({ wrong, lost: there - total }).toEqual({ wrong: [], lost: 0 });
  });

  test('that never was is refused', async () => {
    await expect(recover('2020-01-01')).rejects.toThrow('is before the first base backup, which ended at');
    await expect(recover('no-such-point')).rejects.toThrow(
      "the log that was received ends before a restore point 'no-such-point'",
    );
    await expect(recover('2099-01-01')).rejects.toThrow('the log that was received ends before 2099-01-01');
  });
});

describe('A restore by one command', () => {
  const restored = async (...words: readonly string[]): Promise<string> => {
    const { status, output } = await backups.project.command('restore', backups.project.stack, ...words);
    if (status === 0) return output;
    throw new Error(output);
  };

  let between: string;

  test('brings the stack back to the moment before a mistake, and the log goes on from there', async () => {
    await backups.sql("truncate mark; insert into mark values ('precious')");
    const time = await utcNow();
    await backups.sql('drop table mark');
    between = await utcNow();
    const output = await restored('--to', time, '--yes');
    expect(output).toContain('each table was read, the last transaction is of ');
    backups = await Backups.open();
    expect(await backups.sql('select name from mark')).toBe('precious');
    await expectEmptyPlan(backups.project);
    expect(await restored('list')).toMatch(/^local +archive +[0-9a-f]{8} +\S+ \S+ UTC to /m);
    await backups.succeed('pitr-drill');
  });

  (FULL ? test : test.skip)('says what a time brings that the database went back behind', async () => {
    // Nobody is there to answer, so nothing is done.
    const asked = await backups.project.command('restore', backups.project.stack, '--to', between);
    expect(asked).toMatchObject({ status: 1 });
    expect(asked.output).toMatch(
      /NOTE: at .* the database went back to before .*, so this time brings that state\n.*Put /s,
    );
  });

  (FULL ? test : test.skip)('is taken back, and the log goes on from there, too', async () => {
    await restored('--use', `${backups.project.stack}-postgres-data`, '--yes');
    backups = await Backups.open();
    receiver = (await theOnly(backups.project.stack, 'postgres-backup-receiver')).Id;
    await expect(backups.sql('select name from mark')).rejects.toThrow('relation "mark" does not exist');
    await backups.succeed('pitr-drill');
  });
});

describe('An archive that is no good', () => {
  test('because a file of it is damaged or lost, is recovered to its very position or not at all', async () => {
    await backups.openLedger();
    await backups.write(500);
    const lsn = await backups.sql("select pg_create_restore_point('damage')");
    // A restore point is written like everything that nobody waits for: an idle server may take five seconds.
    await until(async () => (await backups.sql(`select pg_current_wal_flush_lsn() >= '${lsn}'`)) === 't');
    await backups.succeed('wal-copy');
    const seed = Math.floor(Math.random() * 2 ** 31);
    const found = await backups.python<Damages>(DAMAGE, [String(DAMAGES), String(seed), lsn], DAMAGES * 30 + 60);
    expect({ seed, ...found }).toMatchObject({ wrong: [] });
    expect(found.refused).toBeGreaterThan(0);
    note('damaged archives', { cases: DAMAGES, refused: found.refused });
  });

  test('is not left by a job that was killed half-way', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = backups.job(['base-backup', 'wal-copy', 'pitr-drill'][kill % 3] ?? '');
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 5000));
      await backups.kill();
      await running;
    }
    for (const name of ['base-backup', 'pitr-drill']) await backups.succeed(name);
  });

  test('because of a gap in the log, is a failure that names its repair', async () => {
    await docker('stop', receiver);
    // More than the server keeps for the receiver.
    await backups.sql(
      'create table if not exists bulk (t text); ' +
        "insert into bulk select repeat('x', 1000) from generate_series(1, 300000); drop table bulk; checkpoint;",
    );
    await backups.sql('select pg_switch_wal()');
    await backups.sql('checkpoint');
    await docker('start', receiver);
    expect(await backups.job('wal-copy')).toMatchObject({ status: 1 });
    expect((await backups.record('wal-copy')).reason).toMatch(
      /^the write-ahead log has a gap: .*run `python3 -m backup repair`/,
    );
    await docker('exec', backups.program, 'python3', '-m', 'backup', 'repair');
    await backups.succeed('wal-copy');
  });

  test('ends with its stack', async () => {
    await backups.project.destroy();
  });
});
