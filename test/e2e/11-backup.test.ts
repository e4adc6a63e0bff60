import { Backups, DATABASE, until, WRONG_CLIENTS } from './support/backups';
import { run } from './support/command';
import type { Finished } from './support/command';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan } from './support/project';
import { FULL } from './support/proof';

const REPOSITORY = '/repositories/local';
const CYCLES = FULL ? 20 : 2;
/** Transactions of each writer, so that it writes through all cycles. */
const STEPS = FULL ? 25_000 : 1_500;
const KILLS = FULL ? 100 : 3;
const DAMAGES = FULL ? 1000 : 6;

/**
 * Damages a file of the repository, any kind in turn, by a flipped bit or a cut; then the newest dump has to come back as
 * it was or not at all, and a check of all data has to fail. Prints how often it was otherwise.
 */
const DAMAGE = `
import json, os, pathlib, random, shutil, sys
from backup import configuration, dumps, repository, sums
from backup.failure import Failure
from backup.processes import Deadline
count, seed = int(sys.argv[1]), int(sys.argv[2])
chance = random.Random(seed)
settings = configuration.load()
place = repository.of(settings)[0]
target = pathlib.Path("/spool/proof")
def content():
    shutil.rmtree(target, ignore_errors=True)
    dumps.extract(settings, place.name, "latest", target, Deadline(60))
    return (target / sums.SUMS).read_bytes()
truth, wrong, unseen, refused = content(), [], [], 0
kinds = ["data", "index", "keys", "snapshots", "config"]
for number in range(count):
    root = pathlib.Path("${REPOSITORY}") / kinds[number % len(kinds)]
    files = [root] if root.is_file() else sorted(path for path in root.rglob("*") if path.is_file())
    file = chance.choice(files)
    whole = file.read_bytes()
    at = chance.randrange(len(whole))
    broken = whole[:at] if chance.random() < 0.3 else whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1:]
    mode = file.stat().st_mode
    file.chmod(0o600)
    file.write_bytes(broken)
    shutil.rmtree("/state/cache", ignore_errors=True)
    try:
        if content() != truth:
            wrong.append(f"{file} at {at}")
    except Failure:
        refused += 1
    try:
        place.check(1, 1, Deadline(60))
        unseen.append(f"{file} at {at} of {len(whole)}")
    except Failure:
        pass
    file.write_bytes(whole)
    file.chmod(mode)
shutil.rmtree(target, ignore_errors=True)
print(json.dumps({"wrong": wrong, "unseen": unseen, "refused": refused}))
`;

/** Leaves an exclusive lock in the first repository, as a job does that is killed while it clears up. */
const LEAVE_LOCK = `
import os, pathlib, subprocess
from backup import configuration, repository
place = repository.of(configuration.load())[0]
locks = pathlib.Path("${REPOSITORY}/locks")
while not any(locks.iterdir()):
    restic = subprocess.Popen(["restic", "check"], env={**os.environ, **place.environment()}, stdout=subprocess.DEVNULL)
    while restic.poll() is None and not any(locks.iterdir()):
        pass
    restic.kill()
    restic.wait()
`;

if (FULL) jest.setTimeout(4 * 3_600_000);

let backups: Backups;

interface Damages {
  readonly wrong: readonly string[];
  readonly unseen: readonly string[];
  readonly refused: number;
}

interface Snapshot {
  readonly repository: string;
  readonly kind: string;
  readonly id: string;
  readonly time: string;
}

async function snapshots(): Promise<readonly Snapshot[]> {
  return JSON.parse(await docker('exec', backups.program, 'python3', '-m', 'backup', 'list')) as readonly Snapshot[];
}

const SNAPSHOTS_OF = `
import json, sys
from backup import configuration, dumps, processes, repository
place = repository.named(sys.argv[1], configuration.load(sys.argv[2]))
print(json.dumps([one["id"] for one in place.snapshots(dumps.DUMP, processes.Deadline(60))]))
`;

const SETTINGS = '/etc/docker-constructs/backup.json';
const snapshotsOf = (name: string, settings = SETTINGS): Promise<readonly string[]> =>
  backups.python<readonly string[]>(SNAPSHOTS_OF, [name, settings]);

/** Settings with one repository more. */
const TWO = '/tmp/two.json';
const ADD_SECOND = `
import json
settings = json.load(open("${SETTINGS}"))
settings["repositories"].append({**settings["repositories"][0], "name": "second", "url": "/spool/second"})
json.dump(settings, open("${TWO}", "w"))
print("{}")
`;

/** The newest dump in a database of its own, as docs/backup-job.md has it. */
async function restoreBeside(): Promise<string> {
  const name = `restored_${Date.now()}`;
  const program = (...args: readonly string[]): Promise<string> =>
    docker('exec', '--env', 'BACKUP_SCRATCH=/spool/restore', backups.program, 'python3', '-m', 'backup', ...args);
  await program('fetch', '--to', 'latest', '--repository', 'local');
  await program('load', '--database', DATABASE, '--into', name);
  return name;
}

beforeAll(async () => {
  backups = await Backups.open();
});

describe('A backup', () => {
  test('is taken as soon as the stack is up, and the plan stays empty', async () => {
    // Nothing was ever done before, so all is done at once, the drill and the check after the dump.
    for (const name of ['base-backup', 'dump', 'wal-copy', 'drill', 'pitr-drill', 'check'])
      await until(async () => (await backups.record(name)).ok === 1);
    const found = (await snapshots()).map(({ repository, kind }) => `${repository} ${kind}`);
    expect(found).toEqual(['local dump', 'local archive']);
    await expectEmptyPlan(backups.project);
  });

  test('of a database that is written to holds a whole past of it: no half transaction, nothing lost', async () => {
    await backups.openLedger();
    const writers = backups.write(STEPS);
    await until(async () => Number(await backups.sql('select sum(n) from total')) > 0);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const before = Number(await backups.sql('select sum(n) from total'));
      expect(await backups.job('dump')).toMatchObject({ status: 0 });
      const name = await restoreBeside();
      expect(await backups.sql(WRONG_CLIENTS, name)).toBe('');
      expect(Number(await backups.sql('select sum(n) from total', name))).toBeGreaterThanOrEqual(before);
      await backups.sql(`drop database ${name}`, 'postgres');
    }
    await writers;
  });

  test('is proven by a restore where nothing else can be reached', async () => {
    const { status, output, seconds } = await backups.job('drill');
    expect({ status, output }).toMatchObject({ status: 0 });
    note('a drill of the test database', { seconds });
    const metrics = 'import urllib.request as r; print(r.urlopen("http://127.0.0.1:9746/metrics").read().decode())';
    const stdout = await docker('exec', backups.program, 'python3', '-c', metrics);
    expect(stdout).toContain('backup_last_run_success{task="drill"} 1.0');
    expect(stdout).toContain('backup_recovery_seconds{task="drill"}');
  });
});

describe('A backup that is no good', () => {
  test('because a byte of its repository is damaged, comes back as it was or not at all, and a check says so', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const args = [String(DAMAGES), String(seed)];
    const found = await backups.python<Damages>(DAMAGE, args, DAMAGES * 20);
    expect({ seed, ...found }).toMatchObject({ wrong: [], unseen: [] });
    expect(found.refused).toBeGreaterThan(0);
    note('damaged repositories', { cases: DAMAGES, refused: found.refused });
  });

  test('or a drill that nobody runs, is a failure', async () => {
    const { Id } = await theOnly(backups.project.stack, 'postgres-backup-drill');
    await docker('pause', Id);
    expect(await backups.job('drill')).toMatchObject({ status: 1 });
    expect((await backups.record('drill')).reason).toContain("the drill's container takes no requests");
    await docker('unpause', Id);
    expect(await backups.job('drill')).toMatchObject({ status: 0 });
  });

  test('is not begun anew in silence where its repository has gone', async () => {
    await docker(
      'exec',
      backups.program,
      'sh',
      '-c',
      `mkdir ${REPOSITORY}/aside && cd ${REPOSITORY} && mv config data index keys locks snapshots aside`,
    );
    await backups.python(ADD_SECOND);
    expect(await backups.job('dump', TWO)).toMatchObject({ status: 1 });
    expect((await backups.record('dump')).reason).toMatch(/^repository local: cannot be reached/);
    // The other one got its dump.
    expect(await snapshotsOf('second', TWO)).toHaveLength(1);
    await docker('exec', backups.program, 'sh', '-c', `cd ${REPOSITORY} && mv aside/* . && rmdir aside`);
    expect(await backups.job('dump')).toMatchObject({ status: 0 });
  });

  test('because there is no room for it, is a failure, and the database goes on', async () => {
    const { Image } = await theOnly(backups.project.stack, 'postgres-backup');
    const dumpWith = (size: string, environment: string, script: string): Promise<Finished> => {
      const place = ['--volumes-from', backups.program, `--tmpfs=/small:size=${size},mode=1777`, '--env', environment];
      const args = ['run', '--rm', '--network=none', ...place, '--entrypoint=sh', Image, '-c', script];
      return run('docker', args, { limitSeconds: 120 });
    };
    const before = await snapshotsOf('local');
    const dump = 'exec python3 -m backup run dump';
    expect(await dumpWith('8k', 'BACKUP_SPOOL=/small', dump)).toMatchObject({ status: 1 });
    expect((await backups.record('dump')).reason).toMatch(/No space left on device/);
    expect(await snapshotsOf('local')).toEqual(before);

    const change = 's#/repositories/local#/small/new#; s#"name": "local"#"name": "full"#';
    const script = `sed '${change}' /etc/docker-constructs/backup.json > /tmp/settings.json; ${dump}`;
    const full = await dumpWith('16k', 'BACKUP_CONFIGURATION=/tmp/settings.json', script);
    expect(full).toMatchObject({ status: 1 });
    expect((await backups.record('dump')).reason).toMatch(/^repository full: .*no space left on device/is);
    expect(await backups.sql('select 1')).toBe('1');
  });

  test('is not kept from its repository by a lock that was left there', async () => {
    await docker('exec', backups.program, 'python3', '-c', LEAVE_LOCK);
    expect(await backups.job('dump')).toMatchObject({ status: 0 });
  });

  test('leaves no trace of a dump that was killed half-way, and hinders none after it', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = await snapshotsOf('local');
      const earlier = await backups.record('dump');
      const running = backups.job('dump');
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 3000));
      await backups.kill();
      const { status } = await running;
      const after = await snapshotsOf('local');
      // What was published before the kill is whole.
      expect(after.length).toBeLessThanOrEqual(before.length + 1);
      const { ok, started } = await backups.record('dump');
      // One that was killed before it began has nothing to say.
      if (status !== 0 && started !== earlier.started) expect(ok).toBe(0);
    }
    expect(await backups.job('dump')).toMatchObject({ status: 0 });
    expect(await backups.job('drill')).toMatchObject({ status: 0 });
  });
});
