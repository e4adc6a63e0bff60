import { ready } from './support/client';
import { run } from './support/command';
import type { Finished } from './support/command';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project } from './support/project';

const DATABASE = 'mnemolite';
const REPOSITORY = '/repositories/local';
/** The full form is for figures: `DOCKER_CONSTRUCTS_PROOF=full npm run test:e2e -- test/e2e/11-backup.test.ts` */
const FULL = process.env.DOCKER_CONSTRUCTS_PROOF === 'full';
const CYCLES = FULL ? 20 : 2;
/** Transactions of each writer, so that it writes through all cycles. */
const STEPS = FULL ? 25_000 : 1_500;
const KILLS = FULL ? 200 : 3;
const DAMAGES = FULL ? 1000 : 6;

/**
 * Damages a file of the repository, any kind in turn, by a flipped bit or a cut; then the newest dump has to come back as
 * it was or not at all, and a check of all data has to fail. Prints how often it was otherwise.
 */
const DAMAGE = `
import json, os, pathlib, random, shutil, sys
from backup import configuration, dumps, postgres, repository
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
    return (target / postgres.SUMS).read_bytes()
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

/** The job that a test started, and all that it runs. */
const KILL = `
import os, re
for name in os.listdir("/proc"):
    if name.isdigit() and int(name) != os.getpid():
        try:
            words = open(f"/proc/{name}/cmdline").read()
        except OSError:
            continue
        if re.search("backup\\0run|^restic|^(/.*/)?pg_dump|^(/.*/)?psql", words):
            os.kill(int(name), 9)
`;

if (FULL) jest.setTimeout(4 * 3_600_000);

let project: Project;
let backup: string;
let postgres: string;

const execute = (...words: readonly string[]): Promise<Finished> => run('docker', ['exec', ...words]);
const job = (name: string): Promise<Finished> => execute(backup, 'python3', '-m', 'backup', 'run', name);
const sql = (text: string, database = DATABASE): Promise<string> =>
  docker('exec', postgres, 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-U', 'postgres', '-d', database, '-c', text);

async function record(name: string): Promise<{ ok: number; reason?: string; started: number }> {
  return JSON.parse(await docker('exec', backup, 'cat', `/state/jobs/${name}.json`)) as {
    ok: number;
    reason?: string;
    started: number;
  };
}

async function until(done: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 4; attempt += 1) {
    if (await done().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`did not come true in ${seconds} seconds: ${String(done)}`);
}

interface Snapshot {
  readonly repository: string;
  readonly id: string;
  readonly time: string;
}

async function snapshots(): Promise<readonly Snapshot[]> {
  return JSON.parse(await docker('exec', backup, 'python3', '-m', 'backup', 'list')) as readonly Snapshot[];
}

const SNAPSHOTS_OF = `
import sys
from backup import configuration, dumps, processes, repository
place = repository.named(sys.argv[1], configuration.load())
print(*(one["id"] for one in place.snapshots(dumps.DUMP, processes.Deadline(60))))
`;

/** Also where another repository is down. */
const snapshotsOf = async (name: string): Promise<readonly string[]> =>
  (await docker('exec', backup, 'python3', '-c', SNAPSHOTS_OF, name)).trim().split(' ');

/** The newest dump in a database of its own, as docs/backup-job.md has it. */
async function restoreBeside(): Promise<string> {
  const name = `restored_${Date.now()}`;
  const place = `/spool/${name}`;
  const on = ['--host', '/run/postgresql', '--username', 'postgres'];
  await docker('exec', backup, 'python3', '-m', 'backup', 'extract', 'latest', '--repository', 'local', '--to', place);
  await docker('exec', backup, 'createdb', ...on, name);
  await docker('exec', backup, 'pg_restore', ...on, '--exit-on-error', '--dbname', name, `${place}/${DATABASE}.dump`);
  await docker('exec', backup, 'rm', '-r', place);
  return name;
}

beforeAll(async () => {
  project = await Project.open('e2e-backup', { backup: true });
  await project.ensure();
  await ready(project.http);
  backup = (await theOnly(project.stack, 'postgres-backup')).Id;
  postgres = (await theOnly(project.stack, 'postgres')).Id;
});

describe('A backup', () => {
  test('is taken as soon as the stack is up, and the plan stays empty', async () => {
    // Nothing was ever done before, so all is done at once, the drill and the check after the dump.
    for (const name of ['dump', 'drill', 'check']) await until(async () => (await record(name)).ok === 1);
    expect((await snapshots()).map(({ repository }) => repository)).toEqual(['local', 'second']);
    await expectEmptyPlan(project);
  });

  test('of a database that is written to holds a whole past of it: no half transaction, nothing lost', async () => {
    await sql('create table if not exists ledger (client int, seq int, primary key (client, seq));');
    await sql(
      'create table if not exists total (client int primary key, n int); insert into total values (1, 0), (2, 0)',
    );
    const writer = (client: number): string =>
      `do $$ begin for i in 1..${STEPS} loop insert into ledger values (${client}, i); ` +
      `update total set n = i where client = ${client}; commit; perform pg_sleep(0.002); end loop; end $$`;
    const writers = Promise.all([sql(writer(1)), sql(writer(2))]);
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const before = Number(await sql('select sum(n) from total'));
      expect(await job('dump')).toMatchObject({ status: 0 });
      const name = await restoreBeside();
      const wrong = await sql(
        'select client from total where n <> (select count(*) from ledger l where l.client = total.client)',
        name,
      );
      const holes = await sql('select client from ledger group by 1 having max(seq) <> count(*)', name);
      expect({ wrong, holes }).toEqual({ wrong: '', holes: '' });
      expect(Number(await sql('select sum(n) from total', name))).toBeGreaterThanOrEqual(before);
      await sql(`drop database ${name}`, 'postgres');
    }
    await writers;
  });

  test('is proven by a restore where nothing else can be reached', async () => {
    const { status, output, seconds } = await job('drill');
    expect({ status, output }).toMatchObject({ status: 0 });
    note('a drill of the test database', { seconds });
    const { stdout } = await execute(
      backup,
      'python3',
      '-c',
      'import urllib.request as r; print(r.urlopen("http://127.0.0.1:9746/metrics").read().decode())',
    );
    expect(stdout).toContain('backup_last_run_success{task="drill"} 1.0');
    expect(stdout).toContain('backup_recovery_seconds{task="drill"}');
  });
});

describe('A backup that is no good', () => {
  test('because a byte of its repository is damaged, comes back as it was or not at all, and a check says so', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const words = ['exec', backup, 'python3', '-c', DAMAGE, String(DAMAGES), String(seed)];
    const { stdout, output } = await run('docker', words, { limitSeconds: DAMAGES * 20 });
    if (!stdout.startsWith('{')) throw new Error(output);
    const found = JSON.parse(stdout) as { wrong: string[]; unseen: string[]; refused: number };
    expect({ seed, ...found }).toMatchObject({ wrong: [], unseen: [] });
    expect(found.refused).toBeGreaterThan(0);
    note('damaged repositories', { cases: DAMAGES, refused: found.refused });
  });

  test('or a drill that nobody runs, is a failure', async () => {
    const { Id } = await theOnly(project.stack, 'postgres-backup-drill');
    await docker('pause', Id);
    expect(await job('drill')).toMatchObject({ status: 1 });
    expect((await record('drill')).reason).toContain("the drill's container gave no answer in time");
    await docker('unpause', Id);
    expect(await job('drill')).toMatchObject({ status: 0 });
  });

  test('is not begun anew in silence where its repository has gone', async () => {
    await docker(
      'exec',
      backup,
      'sh',
      '-c',
      `mkdir ${REPOSITORY}/aside && cd ${REPOSITORY} && mv config data index keys locks snapshots aside`,
    );
    const before = await snapshotsOf('second');
    expect(await job('dump')).toMatchObject({ status: 1 });
    expect((await record('dump')).reason).toMatch(/^repository local: cannot be reached/);
    // The other one got its dump.
    expect(await snapshotsOf('second')).not.toEqual(before);
    await docker('exec', backup, 'sh', '-c', `cd ${REPOSITORY} && mv aside/* . && rmdir aside`);
    expect(await job('dump')).toMatchObject({ status: 0 });
  });

  test('is not kept from its repository by a lock that was left there', async () => {
    await docker('exec', backup, 'python3', '-c', LEAVE_LOCK);
    expect(await job('dump')).toMatchObject({ status: 0 });
  });

  test('leaves no trace of a dump that was killed half-way, and hinders none after it', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = await snapshotsOf('local');
      const running = job('dump');
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 3000));
      await execute(backup, 'python3', '-c', KILL);
      const { status } = await running;
      const after = await snapshotsOf('local');
      // What was published before the kill is whole.
      expect(after.length).toBeLessThanOrEqual(before.length + 1);
      if (status !== 0) expect((await record('dump')).ok).toBe(0);
    }
    expect(await job('dump')).toMatchObject({ status: 0 });
    expect(await job('drill')).toMatchObject({ status: 0 });
  });

  test('ends with its stack', async () => {
    await project.destroy();
  });
});
