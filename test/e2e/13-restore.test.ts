import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, ready, store } from './support/client';
import { run } from './support/command';
import type { Finished } from './support/command';
import { belongings, docker, inspect, removeBelongings, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project, workDirectory } from './support/project';

let project: Project;
let away: string;

const restore = (...words: readonly string[]): Promise<Finished> => project.command('restore', project.stack, ...words);

async function restored(...words: readonly string[]): Promise<Finished> {
  const finished = await restore(...words);
  if (finished.status === 0) return finished;
  throw new Error(`restore ${words.join(' ')} ended with ${finished.status}\n${finished.output}`);
}

const volumeNames = (): Record<string, string> =>
  JSON.parse(readFileSync(project.path('volumes.json'), 'utf8')) as Record<string, string>;

async function dump(): Promise<void> {
  const { Id } = await theOnly(project.stack, 'postgres-backup');
  // The first jobs of a new stack may be running.
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const { status, output } = await run('docker', ['exec', Id, 'python3', '-m', 'backup', 'run', 'dump']);
    if (status === 0) return;
    if (!output.includes('another job is running')) throw new Error(output);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('another job runs for ever');
}

const memories = (count = 4): Promise<readonly string[]> => nearest(project.http, 8, count);

async function leftovers(): Promise<readonly string[]> {
  const filter = 'label=docker-constructs.restoring';
  return (await docker('ps', '--all', '--quiet', '--filter', filter)).split('\n').filter(Boolean);
}

const DATA = 'mnemolite-e2e-restore-postgres-data';

beforeAll(async () => {
  away = join(workDirectory(), 'away');
  mkdirSync(away, { recursive: true });
  // The database's user, whose number may be anybody's here.
  chmodSync(away, 0o777);
  project = await Project.open('e2e-restore', { away });
  await project.ensure();
  await ready(project.http);
  await store(project.http, 'before the dump', 8);
  await dump();
  await store(project.http, 'after the dump', 8);
});

afterAll(() => rmSync(away, { recursive: true, force: true }));

describe('A restore', () => {
  test('lists what there is to come back to', async () => {
    const { output } = await restored('list');
    expect(output).toMatch(/^REPOSITORY +KIND +ID +TIME +SIZE$/m);
    expect(output).toMatch(/^local +dump +[0-9a-f]{8} +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +[\d.]+ kB$/m);
    expect(output).toMatch(/^away +dump /m);
    expect(await leftovers()).toEqual([]);
  });

  test.each([
    [['--to', '2999-01-01'], /2999-01-01 00:00:00 UTC is in the future/],
    [['--to', '2020-01-01'], /2020-01-01 00:00:00 UTC is before the first dump, which is of /],
    [['--to', 'ffffffff'], /there is no dump "ffffffff"; there are /],
    [['--to', 'latest'], /There is no terminal to ask in; add --yes/],
    [['--to', 'latest', '--volume', DATA], /is in use by .*postgres/],
  ])('refuses %j, and changes nothing', async (words, reason) => {
    const { status, output } = await restore(...words);
    expect(output).toMatch(reason);
    expect(status).toBe(1);
    const { volumes } = await belongings(project.stack);
    expect(volumes.filter((name) => name.startsWith(DATA))).toEqual([DATA]);
    expect(await leftovers()).toEqual([]);
  });

  test('that fails half-way starts the server again, on the data of before', async () => {
    const { Id } = await theOnly(project.stack, 'postgres-backup');
    const aside = 'cd /repositories/local && mv data aside && mkdir data';
    await docker('exec', Id, 'sh', '-c', aside);
    const { status, output } = await restore('--to', 'latest', '--from', 'local', '--yes');
    expect(output).toMatch(/postgres was started again, on the data of before/);
    expect(status).toBe(1);
    await docker('exec', Id, 'sh', '-c', 'cd /repositories/local && rm -r data && mv aside data');
    await ready(project.http);
    expect(await memories(2)).toHaveLength(2);
    const { volumes } = await belongings(project.stack);
    expect(volumes.filter((name) => name.startsWith(DATA))).toEqual([DATA]);
    expect(await leftovers()).toEqual([]);
  });

  test('beside the server that runs is looked into and removed, and touches nothing of the stack', async () => {
    const { output } = await restored('--to', 'latest', '--side-by-side');
    const name = `${project.stack}-postgres-restored`;
    expect(output).toContain(`docker exec --interactive --tty ${name} psql`);
    const rows = await docker(
      'exec',
      name,
      'psql',
      '-U',
      'postgres',
      '-Atc',
      'select count(*) from memories',
      'mnemolite',
    );
    expect(rows.trim()).toBe('1');
    const [found] = (await inspect(name)) as unknown as readonly [
      { HostConfig: Record<string, unknown>; Config: object },
    ];
    expect(found.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Memory: 512 * 2 ** 20 });
    expect(found.Config).toMatchObject({ User: '999:999' });
    expect((await restore('--to', 'latest', '--side-by-side')).output).toContain('there is a restored server already');
    await expectEmptyPlan(project);
    await restored('--discard');
    const { volumes } = await belongings(project.stack);
    expect(volumes.filter((volume) => volume.startsWith(DATA))).toEqual([DATA]);
    expect((await restore('--discard')).output).toContain('there is no restored server beside');
  });

  test('of one database, or one table, comes under a new name into the server that runs', async () => {
    await restored('--to', 'latest', '--database', 'mnemolite', '--into', 'looked');
    await restored('--to', 'latest', '--database', 'mnemolite', '--table', 'public.memories', '--into', 'looked_table');
    const { Id } = await theOnly(project.stack, 'postgres');
    for (const name of ['looked', 'looked_table', 'mnemolite']) {
      const rows = await docker('exec', Id, 'psql', '-U', 'postgres', '-Atc', 'select count(*) from memories', name);
      expect([name, rows.trim()]).toEqual([name, name === 'mnemolite' ? '2' : '1']);
    }
    expect((await restore('--to', 'latest', '--database', 'mnemolite', '--into', 'looked')).output).toContain(
      'there is a database looked already; choose another name with --into, or drop it',
    );
  });

  test('brings the stack back in a new volume, leaves the old one, and the plan is empty', async () => {
    const { output, seconds } = await restored('--to', 'latest', '--yes');
    note('a restore of the test database', { seconds });
    const { [DATA]: name = '' } = volumeNames();
    expect(name).toMatch(new RegExp(`^${DATA}-\\d{14}$`));
    expect(output).toContain(
      `The volume of before, ${DATA}, is kept. Back to it: npm run restore -- ${project.stack} --use ${DATA}`,
    );
    await ready(project.http);
    expect(await memories()).toEqual(['before the dump']);
    await expectEmptyPlan(project);
    const { Id } = await theOnly(project.stack, 'postgres-backup');
    const rows = (await docker('exec', Id, 'python3', '-m', 'backup', 'list')).match(/"away"/g);
    expect(rows?.length).toBeGreaterThanOrEqual(2);
    expect(await leftovers()).toEqual([]);
  });

  test('is taken back by going to the volume of before', async () => {
    await restored('--use', DATA, '--yes');
    expect(volumeNames()).toEqual({ [DATA]: DATA });
    await ready(project.http);
    expect([...(await memories())].sort()).toEqual(['after the dump', 'before the dump']);
    await expectEmptyPlan(project);
  });

  test('from nothing but the repository elsewhere and the secrets works on an empty host', async () => {
    await project.destroy();
    await removeBelongings(project.stack);
    rmSync(project.path('volumes.json'));
    rmSync(project.path('state'), { recursive: true });
    const refused = await restore('--to', 'latest', '--yes');
    expect(refused.output).toContain('which is not on this engine; name another one with --from');
    const { seconds } = await restored('--to', 'latest', '--from', 'away', '--yes');
    note('a restore onto an empty host', { seconds });
    await ready(project.http);
    expect([...(await memories())].sort()).toEqual(['after the dump', 'before the dump']);
    await expectEmptyPlan(project);
    await project.destroy();
    await removeBelongings(project.stack);
  });
});
