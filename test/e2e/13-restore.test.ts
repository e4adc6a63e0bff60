import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { succeed } from './support/backups';
import { nearest, ready, store } from './support/client';
import { must } from './support/command';
import type { Finished } from './support/command';
import { belongings, docker, inspect, removeBelongings, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project, workDirectory } from './support/project';
import { FULL } from './support/proof';

/** The full form moves data from one major version to the next, for which it builds an image of the earlier one. */
const DATA = 'mnemolite-e2e-restore-postgres-data';
const PAGE = join(__dirname, '..', '..', 'docs', 'restore.md');

let project: Project;
let away: string;
const ran = new Set<string>();

/** A command of ours and one of the page are the same but for names, times and ids. */
function shape(args: readonly string[]): string {
  return args
    .map((word) =>
      word
        .replace(/^\d{4}-.*/, 'TIME')
        .replace(/^mnemolite-e2e-restore|^shop-prod/, 'STACK')
        .replace(/^(?:public\.)?(?:memories|orders)$/, 'TABLE')
        .replace(/^(?:mnemolite|shop)$/, 'DATABASE')
        .replace(/^orders_of_then$|^looked$/, 'NAME'),
    )
    .filter((word) => word !== '--yes')
    .join(' ');
}

function restore(...args: readonly string[]): Promise<Finished> {
  ran.add(shape([project.stack, ...args]));
  return project.command('restore', project.stack, ...args);
}

async function restored(...args: readonly string[]): Promise<Finished> {
  const finished = await restore(...args);
  if (finished.status === 0) return finished;
  throw new Error(`restore ${args.join(' ')} ended with ${finished.status}\n${finished.output}`);
}

const volumeNames = (): Record<string, string> =>
  JSON.parse(readFileSync(project.path('volumes.json'), 'utf8')) as Record<string, string>;

const dump = async (): Promise<void> => succeed((await theOnly(project.stack, 'postgres-backup')).Id, 'dump');

const memories = async (): Promise<readonly string[]> => [...(await nearest(project.http, 8, 4))].sort();

async function rows(container: string, database: string): Promise<string> {
  const args = ['psql', '-U', 'postgres', '-Atc', 'select count(*) from memories', database];
  return (await docker('exec', container, ...args)).trim();
}

async function loads(sql = 'select string_agg(job, $$ $$ order by job) from loads'): Promise<string> {
  const { Id } = await theOnly(project.stack, 'postgres');
  return (await docker('exec', Id, 'psql', '-U', 'postgres', '-Atqc', sql, 'mnemolite')).trim();
}

/** Neither a container that restores nor a volume beside the one that is there. */
async function expectNoTraces(): Promise<void> {
  const label = 'docker-constructs.restoring';
  const listed = await docker('ps', '--all', '--filter', `label=${label}`, '--format', `{{.Label "${label}"}}`);
  // Other stacks may be restored meanwhile.
  const containers = listed.split('\n').filter((key) => key.startsWith(`${project.stack}/`));
  const { volumes } = await belongings(project.stack);
  const data = volumes.filter((name) => name.startsWith(DATA));
  expect({ containers, data }).toEqual({ containers: [], data: [DATA] });
}

async function openProject(): Promise<void> {
  away = join(workDirectory(), 'away');
  mkdirSync(away, { recursive: true });
  // The database's user, whose number may be anybody's here.
  chmodSync(away, 0o777);
  project = await Project.open('e2e-restore', { away });
  // Its images are no other stack's, of those that run meanwhile: a test removes one.
  appendFileSync(project.path('stacks/mnemolite/db/Dockerfile'), '\nLABEL restored=yes\n');
}

beforeAll(async () => {
  await openProject();
  await project.ensure();
  await ready(project.http);
  await store(project.http, 'before the dump', 8);
  expect(await loads()).toBe('again load');
  await loads('delete from loads');
  await dump();
  await store(project.http, 'after the dump', 8);
});

afterAll(() => removeBelongings(project.stack));

describe('A restore', () => {
  test('lists what there is to come back to', async () => {
    const { output } = await restored('list');
    expect(output).toMatch(/^REPOSITORY +KIND +ID +TIME +SIZE$/m);
    expect(output).toMatch(/^local +dump +[0-9a-f]{8} +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +[\d.]+ kB$/m);
    expect(output).toMatch(/^away +dump /m);
  });

  test('refuses a volume that is in use, before it stops anything', async () => {
    const { status, output } = await restore('--to', 'latest', '--volume', DATA, '--yes');
    expect([status, output]).toEqual([1, expect.stringMatching(/is in use by .*postgres/)]);
    await expectNoTraces();
  });

  test('that fails half-way starts the server again, on the data of before', async () => {
    const { Id } = await theOnly(project.stack, 'postgres-backup');
    const local = (script: string) => docker('exec', Id, 'sh', '-c', `cd /repositories/local && ${script}`);
    await local('mv data aside && mkdir data');
    const { status, output } = await restore('--to', 'latest', '--from', 'local', '--yes');
    await local('rm -r data && mv aside data');
    expect([status, output]).toEqual([1, expect.stringContaining('postgres was started again, on the data of before')]);
    await ready(project.http);
    expect(await memories()).toEqual(['after the dump', 'before the dump']);
    await expectNoTraces();
  });

  test('beside the server that runs is looked into, and removed', async () => {
    const now = new Date().toISOString();
    const { output } = await restored('--to', now, '--side-by-side');
    const name = `${project.stack}-postgres-restored`;
    expect(output).toContain(`docker exec --interactive --tty ${name} psql`);
    expect(await rows(name, 'mnemolite')).toBe('1');
    const [found] = (await inspect(name)) as unknown as readonly { HostConfig: object; Config: object }[];
    expect(found).toMatchObject({
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ['ALL'],
        Memory: 512 * 2 ** 20,
        NetworkMode: `${project.stack}-data`,
      },
      Config: { User: '999:999' },
    });
    await restored('--discard', '--yes');
    await expectNoTraces();
  });

  test('of one database, or one table, comes under a new name into the server that runs', async () => {
    const { output } = await restored('--to', 'latest', '--database', 'mnemolite');
    const name = /^Database (mnemolite_restored_\d{14}) is database mnemolite of /m.exec(output)?.[1] ?? '';
    const table = ['--database', 'mnemolite', '--table', 'public.memories', '--into', 'looked'];
    await restored('--to', 'latest', ...table);
    const { Id } = await theOnly(project.stack, 'postgres');
    const found = await Promise.all([name, 'looked', 'mnemolite'].map((database) => rows(Id, database)));
    expect(found).toEqual(['1', '1', '2']);
  });

  test('brings the stack back in a new volume, leaves the old one, and the plan is empty', async () => {
    const { output, seconds } = await restored('--to', 'latest', '--yes');
    note('a restore of the test database', { seconds });
    expect(volumeNames()).toEqual({ [DATA]: expect.stringMatching(new RegExp(`^${DATA}-\\d{14}$`)) as string });
    expect(output).toContain(`Back to it: npm run restore -- ${project.stack} --use ${DATA}`);
    expect(output).toMatch(/^Jobs that run on the restored data: .*again.*\nJobs that do not run on it: load\./m);
    const [, skipped = ''] = /^Job load was not run .* To run it: docker start --attach (.*)$/m.exec(output) ?? [];
    expect(await loads()).toBe('again');
    await ready(project.http);
    expect(await memories()).toEqual(['before the dump']);
    await expectEmptyPlan(project);
    await docker('start', '--attach', skipped);
    expect(await loads()).toBe('again load');
    await expectEmptyPlan(project);
  });

  test('is taken back by going to the volume of before, and has left a backup of its own', async () => {
    await restored('--use', DATA, '--yes');
    expect(volumeNames()).toEqual({ [DATA]: DATA });
    await ready(project.http);
    expect(await memories()).toEqual(['after the dump', 'before the dump']);
    expect(await loads()).toBe('again');
    await expectEmptyPlan(project);
  });

  test('needs nothing but the repository elsewhere and the secrets', async () => {
    // As on another host: no container, network, volume or state of the stack, and not the image that restores.
    const image = (await docker('image', 'ls', '--quiet', `${project.stack}/backup`)).split('\n')[0] ?? '';
    const { containers, networks, volumes } = await belongings(project.stack);
    await docker('rm', '--force', '--volumes', ...containers);
    await docker('network', 'rm', ...networks);
    await docker('volume', 'rm', ...volumes);
    await docker('image', 'rm', '--force', image);
    for (const gone of ['volumes.json', 'state', 'cdktf.out']) rmSync(project.path(gone), { recursive: true });
    expect((await restore('--to', 'latest', '--yes')).output).toContain(
      'is not on this engine; name another one with --from',
    );

    const { output, seconds } = await restored('--to', 'latest', '--from', 'away', '--yes');
    note('a restore onto a host with nothing of the stack', { seconds });
    expect(output).toMatch(/^Bringing image .*\/backup:/m);
    expect(output).toContain('Job load was not run on the restored data.');
    await ready(project.http);
    expect(await memories()).toEqual(['after the dump', 'before the dump']);
    await expectEmptyPlan(project);
  });
});

const images = join(__dirname, 'images', 'build.sh');

(FULL ? describe : describe.skip)('Another major version', () => {
  const STACK = 'stacks/mnemolite/mnemolite-stack.ts';
  const NOW = "baseImages: { POSTGRES_IMAGE: 'pgvector/pgvector:0.8.6-pg18-trixie' }";
  let then: string;
  const goTo = (from: string, to: string, [old, next]: readonly [number, number]): void => {
    project.edit(STACK, from, to);
    project.edit(STACK, `majorVersion: ${old}`, `majorVersion: ${next}`);
  };

  beforeAll(async () => {
    const built = await must('bash', [images, process.env.DOCKER_HOST ?? '', '--with-postgres-17'], {
      limitSeconds: 900,
    });
    const image = (JSON.parse(built) as Record<string, string>)['postgres:17'] ?? '';
    then = `args: { PARTMAN_PACKAGE: 'postgresql-17-partman' }, baseImages: { POSTGRES_IMAGE: '${image}' }`;
    await project.destroy();
    await removeBelongings(project.stack);
    rmSync(project.path('volumes.json'), { force: true });
    goTo(NOW, then, [18, 17]);
    await project.deploy();
    await ready(project.http);
    await store(project.http, 'from 17', 8);
  }, 1_200_000);

  const versionOf = async (container: string): Promise<string> =>
    (await docker('exec', container, 'psql', '-U', 'postgres', '-Atc', 'show server_version_num')).slice(0, 2);

  test('is rehearsed beside the server that runs', async () => {
    await dump();
    goTo(then, NOW, [17, 18]);
    await restored('--to', 'latest', '--side-by-side');
    const { Id } = await theOnly(project.stack, 'postgres');
    const versions = [await versionOf(Id), await versionOf(`${project.stack}-postgres-restored`)];
    expect(versions).toEqual(['17', '18']);
    await restored('--discard', '--yes');
  });

  test('takes over the data, and leaves the old volume to go back to', async () => {
    const { seconds } = await restored('--upgrade', '--yes');
    note('a move from PostgreSQL 17 to 18', { seconds });
    await ready(project.http);
    expect(await memories()).toEqual(['from 17']);
    const { Id } = await theOnly(project.stack, 'postgres');
    expect(await versionOf(Id)).toBe('18');
    await expectEmptyPlan(project);
    await store(project.http, 'from 18', 8);

    goTo(NOW, then, [18, 17]);
    rmSync(project.path('volumes.json'));
    await project.deploy();
    await ready(project.http);
    expect(await memories()).toEqual(['from 17']);
    await expectEmptyPlan(project);
  });
});

test('Every command of the page about restores was run', () => {
  // Those of a volume have their own test, with the volumes.
  const lines = readFileSync(PAGE, 'utf8').matchAll(/^npm run restore -- (?!.*--service)(.*)$/gm);
  const wanted = [...lines].map(([, line = '']) =>
    shape([...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quote, plain]) => quote ?? plain ?? '')),
  );
  expect(wanted.length).toBeGreaterThan(6);
  const missing = wanted.filter((line) => !ran.has(line) && (FULL || line !== 'STACK --upgrade'));
  expect(missing).toEqual([]);
});
