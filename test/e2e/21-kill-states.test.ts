import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './support/command';
import { belongings, docker, inspect, running, theOnly } from './support/docker';
import { expectEmptyPlan, Project } from './support/project';

let project: Project;

beforeAll(async () => {
  project = await Project.open('e2e-states', { kills: true });
  await project.deploy();
});
afterAll(() => project.destroy());

const destroy = (...args: readonly string[]) => project.command('destroy', project.stack, '--auto-approve', ...args);
const counter = async (): Promise<string> => (await theOnly(project.stack, 'counter')).Id;

/** Starts a container like one of the stack, which no state knows: an apply that is killed leaves such a one. */
async function startOrphan(service: string): Promise<string> {
  const [known] = await inspect((await theOnly(project.stack, service)).Id);
  if (known === undefined) throw new Error(`${service} is gone`);
  const labels = Object.entries(known.Config.Labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const mounts = known.Mounts.flatMap(({ Name, Destination }) =>
    Name === undefined ? [] : ['--volume', `${Name}:${Destination}`],
  );
  const network = ['--network', `${project.stack}-app`];
  return (
    await docker('run', '--detach', ...labels, ...mounts, ...network, '--entrypoint', 'sleep', known.Image, 'infinity')
  ).trim();
}

/** Everything of the stack on the engine, less what the state knows. */
async function unknown(): Promise<readonly string[]> {
  const state = readFileSync(project.path('state', `${project.stack}.tfstate`), 'utf8');
  const { containers, networks, volumes } = await belongings(project.stack);
  return [...containers, ...networks, ...volumes].filter((name) => !state.includes(`"${name}"`));
}

describe('Beside a container that no state knows', () => {
  test('a destroy removes both, and ends well', async () => {
    await startOrphan('counter');
    const { status, output } = await destroy();
    expect([status, output]).toEqual([0, expect.stringContaining('which a deploy that was cut off left behind')]);
    expect(await belongings(project.stack)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
  });
});

describe('Without a state', () => {
  test('a destroy that takes over removes all but the data', async () => {
    await project.deploy();
    await docker('exec', await counter(), 'touch', '/data/kept');
    rmSync(project.path('state'), { recursive: true });
    const { status, output } = await destroy('--take-over');
    expect([status, output]).toEqual([0, expect.stringContaining('Removed container')]);
    const { containers, networks, volumes } = await belongings(project.stack);
    expect([containers, networks, volumes.filter((name) => /-[0-9a-f]{8}$/.test(name))]).toEqual([[], [], []]);
    expect(volumes).toContain(`${project.stack}-data`);
    await project.deploy();
    expect(await docker('exec', await counter(), 'ls', '/data')).toContain('kept');
  });
});

describe('Two deploys at once', () => {
  test('end with one version, and the one that has to wait for the other says so', async () => {
    await project.synthesize({ version: 'at once' });
    const deploy = () => project.command('deploy', project.stack, '--auto-approve', '--skip-synth');
    const both = await Promise.all([deploy(), deploy()]);
    expect(both.map(({ status }) => status)).toContain(0);
    for (const { status, output } of both) if (status !== 0) expect(output).toMatch(/state lock|lock of the state/);
    expect([await running(project.stack, 'counter'), await running(project.stack, 'api')]).toMatchObject([
      { length: 1 },
      { length: 1 },
    ]);
    await project.deploy({ version: 'at once' });
    expect(await unknown()).toEqual([]);
    expect(await docker('exec', await counter(), 'ls', '/data')).not.toContain('twice');
    await expectEmptyPlan(project);
  });
});

/** A file system in memory in the place of the folder with the state, with so many bytes free. */
async function withFullDisk(free: number, act: (makeRoom: () => void) => Promise<void>): Promise<void> {
  const folder = project.path('state');
  const aside = project.path('state-aside');
  const filler = join(folder, 'filler');
  renameSync(folder, aside);
  await must('mkdir', [folder]);
  await must('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]);
  try {
    cpSync(aside, folder, { recursive: true });
    const used = readdirSync(folder).reduce((sum, name) => sum + pages(statSync(join(folder, name)).size), 0);
    writeFileSync(filler, Buffer.alloc(pages(8 * 1024 * 1024 - used - free) - 4096));
    await act(() => rmSync(filler));
    rmSync(aside, { recursive: true });
    cpSync(folder, aside, { recursive: true });
  } finally {
    await must('umount', [folder]);
    rmSync(folder, { recursive: true });
    renameSync(aside, folder);
  }
}

const pages = (bytes: number): number => Math.ceil(bytes / 4096) * 4096;
const canMount = process.getuid?.() === 0 && spawnSync('mount', ['--version']).status === 0;
const withMount = canMount
  ? test.each([
      ['none', 0],
      ['room for a copy of the state', 1.3],
    ])
  : test.skip.each([['none', 0]]);

describe(`A full disk for the state${canMount ? '' : ' (SKIPPED: nothing can be mounted)'}`, () => {
  withMount('with %s left is told, and the next deploy goes on from there', async (_, share) => {
    await project.ensure({ version: 'with room' });
    const size = statSync(project.path('state', `${project.stack}.tfstate`)).size;
    await withFullDisk(Math.round(size * Number(share)), async (makeRoom) => {
      const full = await project.tryDeploy({ version: `with ${share}` });
      expect([full.status, full.output]).toEqual([1, expect.stringMatching(/no space left on device|make room/i)]);
      makeRoom();
      const next = await project.tryDeploy({ version: `with ${share}` });
      expect([next.status, next.output]).toEqual([0, expect.stringMatching(/Apply complete!|No changes/)]);
    });
    expect(await unknown()).toEqual([]);
    expect(await running(project.stack, 'counter')).toHaveLength(1);
    await expectEmptyPlan(project);
  });
});
