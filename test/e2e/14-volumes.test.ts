import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './support/command';
import type { Finished } from './support/command';
import { belongings, docker, inspect, removeBelongings, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project, VOLUME_BACKUPS } from './support/project';
import { FULL } from './support/proof';

/** The full form is for figures: `DOCKER_CONSTRUCTS_PROOF=full npm run test:e2e -- test/e2e/14-volumes.test.ts` */
const COPIES = FULL ? 20 : 2;
const KILLS = FULL ? 20 : 1;
/** The engine starts what ended again at once, unless it ran for less than ten seconds, often enough. */
const SETTLED_SECONDS = FULL ? 11 : 0;

if (FULL) jest.setTimeout(2 * 3_600_000);

/** Takes too long for every run. */
const alsoInFull = FULL ? test : (): void => undefined;

let project: Project;

const idOf = async (hostname: string): Promise<string> => (await theOnly(project.stack, hostname)).Id;
const execute = async (hostname: string, ...args: readonly string[]): Promise<Finished> =>
  run('docker', ['exec', await idOf(hostname), ...args]);

/** Fails with what the program says. */
async function backup(hostname: string, ...args: readonly string[]): Promise<Finished> {
  const finished = await execute(hostname, 'python3', '-m', 'backup', ...args);
  if (finished.status !== 0) throw new Error(`${hostname} ${args.join(' ')}: ${finished.output}`);
  return finished;
}

/** Waits for a job that nobody has to start. */
async function done(hostname: string, job: string): Promise<void> {
  await until(async () => (await record(hostname, job)).ok === 1).catch(async () => {
    throw new Error(`${hostname} ${job}: ${JSON.stringify(await record(hostname, job))}`);
  });
}

async function python(hostname: string, text: string): Promise<string> {
  return docker('exec', await idOf(hostname), 'python3', '-c', text);
}

async function record(hostname: string, job: string): Promise<{ ok: number; reason?: string; files?: number }> {
  return JSON.parse(await docker('exec', await idOf(hostname), 'cat', `/state/jobs/${job}.json`)) as {
    ok: number;
    reason?: string;
    files?: number;
  };
}

async function until(done: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 4; attempt += 1) {
    if (await done().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`did not come true in ${seconds} seconds: ${String(done)}`);
}

/** The number that the service wrote last. */
async function written(hostname: string, directory: string): Promise<number> {
  return Number(await python(hostname, `print(open("${directory}/right").readline() or "0")`));
}

/** Writes, and has done so for so long that its next end is not taken for one of many. */
async function settled(hostname: string, directory: string): Promise<void> {
  await until(async () => {
    const [container] = await inspect(await idOf(hostname));
    return Date.now() - Date.parse(container?.State.StartedAt ?? '') > SETTLED_SECONDS * 1000;
  });
  const before = await written(hostname, directory);
  await until(async () => (await written(hostname, directory)) > before);
}

/** What is wrong with the newest backup once it is restored, and the last number in it. */
const EXAMINE = `
import json, os, sqlite3, sys
def end(wrong, last=0, sides=0):
    print(json.dumps({"wrong": wrong, "last": last, "sides": sides}))
    sys.exit()
sys.excepthook = lambda kind, error, trace: end([str(error)])
place = "/spool/proof"
database = sqlite3.connect(place + "/ledger.db")
(answer,), (total,) = database.execute("pragma integrity_check").fetchone(), database.execute("select n from total").fetchone()
low, high, count = database.execute("select min(seq), max(seq), count(*) from ledger").fetchone()
sides = [open(place + "/" + name).read() for name in ("left", "right") if os.path.exists(place + "/" + name)]
wrong = [text for text, bad in (
    (answer, answer != "ok"),
    ("total", total != high),
    ("hole", count != high - low + 1),
    ("sides", len(set(sides)) > 1),
) if bad]
end(wrong, high, len(sides))
`;

async function examine(hostname: string): Promise<{ wrong: string[]; last: number; sides: number }> {
  await docker('exec', await idOf(hostname), 'mkdir', '/spool/proof');
  await backup(hostname, 'restore', '--kind=files', '--to=latest', '--repository=local', '--into=/spool/proof');
  const found = JSON.parse(await python(hostname, EXAMINE)) as { wrong: string[]; last: number; sides: number };
  await docker('exec', await idOf(hostname), 'rm', '-r', '/spool/proof');
  return found;
}

const PAGE = join(__dirname, '..', '..', 'docs', 'restore.md');
const VOLUME = 'mnemolite-e2e-volumes-ledger';

/** The page's command with this in it, about the ledger; times and ids are those of now. */
async function asOnThePage(part: string): Promise<string> {
  const lines = readFileSync(PAGE, 'utf8').matchAll(/^npm run restore -- shop-prod (--service uploads .*)$/gm);
  const line = [...lines].map(([, found = '']) => found).find((found) => found.includes(part));
  if (line === undefined) throw new Error(`the page has no command with ${part}`);
  const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quote, plain]) => quote ?? plain ?? '');
  const now = new Date().toISOString();
  const here = args.map((each) =>
    each
      .replace(/^uploads$/, 'ledger')
      .replace(/^shop-prod-uploads$/, VOLUME)
      .replace(/^\d{4}-.*/, now),
  );
  const { status, output } = await project.command('restore', project.stack, ...here, '--yes');
  if (status === 0) return output;
  throw new Error(`restore ${here.join(' ')} ended with ${status}\n${output}`);
}

const ledgers = async (): Promise<readonly string[]> =>
  (await belongings(project.stack)).volumes.filter((name) => name === VOLUME || /-ledger-\d{14}$/.test(name));

/** A backup that is killed while it has the service stopped. */
const KILLED = `
import os
from backup import configuration, quiesce
from backup.processes import Deadline
with quiesce.asked(configuration.load()["volume"]["quiesce"], Deadline(60)):
    os.kill(os.getpid(), 9)
`;

beforeAll(async () => {
  project = await Project.open('e2e-volumes', { volumes: true });
  await project.ensure();
});

afterAll(() => removeBelongings(project.stack));

describe('A backup of a volume', () => {
  test('is taken and proven as soon as the stack is up, and the plan stays empty', async () => {
    for (const name of VOLUME_BACKUPS) await done(name, 'files');
    // What was saved as it was found may well be torn.
    for (const name of VOLUME_BACKUPS.slice(0, 2)) await done(name, 'drill');
    await until(async () => 'ended' in (await record('live-as-found', 'drill')));
    expect((await record('live-as-found', 'drill')).reason).toMatch(/^$|SQLite database ledger\.db is broken/);
    await expectEmptyPlan(project);
  });

  test.each([
    ['stopped for it', 'ledger-backup', 'writer', '/data', 2],
    ['copied by a command', 'live-backup', 'other', '/live', 0],
  ])('that is written to, %s, comes back whole', async (_, name, service, directory, sides) => {
    for (let copy = 0; copy < COPIES; copy += 1) {
      await settled(service, directory);
      const before = await written(service, directory);
      await backup(name, 'run', 'files');
      const found = await examine(name);
      expect(found).toMatchObject({ wrong: [], sides });
      expect(found.last).toBeGreaterThanOrEqual(before);
    }
    note(`copies of a volume, ${name}`, { copies: COPIES, wrong: 0 });
    const { seconds } = await backup(name, 'run', 'drill');
    note(`a drill of a volume, ${name}`, { seconds });
  });

  alsoInFull('as it is found is torn now and then, so what is whole above is not by chance', async () => {
    let torn = 0;
    for (let copy = 0; copy < COPIES; copy += 1) {
      await backup('live-as-found', 'run', 'files');
      const { wrong } = await examine('live-as-found');
      if (wrong.length > 0) torn += 1;
    }
    note('copies of a volume as it is found', { copies: COPIES, torn });
    expect(torn).toBeGreaterThan(0);
  });

  test('that was killed while it had a service stopped leaves none stopped', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await settled('writer', '/data');
      const before = (await theOnly(project.stack, 'writer')).State.StartedAt;
      await execute('ledger-backup', 'python3', '-c', KILLED);
      const last = await written('writer', '/data');
      expect((await theOnly(project.stack, 'writer')).State.StartedAt).not.toBe(before);
      await until(async () => (await written('writer', '/data')) > last);
    }
    await settled('writer', '/data');
    await backup('ledger-backup', 'run', 'files');
    expect(await examine('ledger-backup')).toMatchObject({ wrong: [] });
  });

  alsoInFull('that was killed at any other moment leaves nothing that looks like one', async () => {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await settled('writer', '/data');
      const seconds = (0.3 + Math.random() * 4).toFixed(2);
      await execute('ledger-backup', 'timeout', '-s', 'KILL', seconds, 'python3', '-m', 'backup', 'run', 'files');
      expect(await examine('ledger-backup')).toMatchObject({ wrong: [] });
      const last = await written('writer', '/data');
      await until(async () => (await written('writer', '/data')) > last);
    }
    await backup('ledger-backup', 'run', 'files');
    await backup('ledger-backup', 'run', 'drill');
  });

  test('comes back beside the one that is there, and in its place, by one command each', async () => {
    await settled('writer', '/data');
    expect(await asOnThePage('list')).toContain(' files ');
    expect(await asOnThePage('--side-by-side')).toContain('each is as it was saved, to the byte');
    const beside = `${VOLUME}-restored`;
    expect((await docker('exec', beside, 'head', '-n', '1', 'left')).trim()).toMatch(/^\d+$/);
    await docker('cp', `${beside}:/restored/left`, join(project.directory, 'left'));
    await asOnThePage('--discard');
    expect(await ledgers()).toEqual([VOLUME]);

    const started = Date.now();
    expect(await asOnThePage('--to "')).toContain(`The volume of before, ${VOLUME}, is kept.`);
    note('restore of a volume', { seconds: (Date.now() - started) / 1000 });
    expect(await ledgers()).toHaveLength(2);
    await settled('writer', '/data');
    expect(await examine('ledger-backup')).toMatchObject({ wrong: [] });
    await expectEmptyPlan(project);
  });

  alsoInFull('goes back to the volume of before', async () => {
    await asOnThePage('--use');
    await settled('writer', '/data');
    await backup('ledger-backup', 'run', 'files');
    expect(await examine('ledger-backup')).toMatchObject({ wrong: [] });
    await expectEmptyPlan(project);
  });

  alsoInFull('comes back with all of its stack where nothing of that is there but the repositories', async () => {
    await settled('writer', '/data');
    const before = [await written('writer', '/data'), await written('other', '/live')];
    for (const name of VOLUME_BACKUPS) await backup(name, 'run', 'files');
    await removeBelongings(project.stack, /-local$/);
    rmSync(project.path('state'), { recursive: true });
    rmSync(project.path('volumes.json'), { force: true });
    const { status, output } = await project.command('restore', project.stack, '--to', 'latest', '--yes');
    expect({ status, output }).toMatchObject({ status: 0 });
    await settled('writer', '/data');
    await settled('other', '/live');
    for (const name of ['ledger-backup', 'live-backup']) expect(await examine(name)).toMatchObject({ wrong: [] });
    const after = [await written('writer', '/data'), await written('other', '/live')];
    after.forEach((last, at) => expect(last).toBeGreaterThanOrEqual(before[at] ?? 0));
    await expectEmptyPlan(project);
  });
});
