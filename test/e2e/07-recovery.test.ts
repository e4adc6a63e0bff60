import { eventually, nearest, ready, store } from './support/client';
import { belongings, docker, inspect, theOnly } from './support/docker';
import type { Inspected } from './support/docker';
import { killEngine, testKilling } from './support/engine';
import type { EngineProgram } from './support/engine';
import { note, noteLoad } from './support/figures';
import { killProcesses } from './support/kill';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';

const SERVICES = ['postgres', 'api', 'proxy'];

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

beforeEach(async () => {
  if (project.deployed === undefined) await project.deploy();
  await ready(project.http);
  await store(project.http, 'kept through it all', 7);
});

function services(): Promise<Inspected[]> {
  return Promise.all(SERVICES.map((hostname) => theOnly(project.stack, hostname)));
}

const idsOf = (containers: readonly Inspected[]): string[] => containers.map(({ Id }) => Id);

/** Waits until everything serves again by itself: the same containers, healthy, with the same data. */
async function expectRecovery(before: readonly Inspected[], what: string): Promise<void> {
  const started = Date.now();
  await eventually(
    () => inspect(...idsOf(before)),
    (now) => now.every(({ State }) => State.Health?.Status === 'healthy'),
    90,
  );
  await ready(project.http);
  note(`healthy again: ${what}`, { seconds: (Date.now() - started) / 1000 });
  expect(await nearest(project.http, 7)).toEqual(['kept through it all']);
  expect(idsOf(await services())).toEqual(idsOf(before));
}

describe('After kill -9', () => {
  test.each([
    ['the database', ['postgres']],
    ['the API and the proxy', ['api', 'proxy']],
  ])('of the main process of %s the stack gets healthy without help', async (what, hostnames) => {
    const before = await services();
    const victims = before.filter((_, index) => hostnames.includes(SERVICES[index] ?? ''));
    const [, , proxy] = before;
    await killProcesses(proxy?.Image ?? '', ...victims.map(({ State }) => State.Pid));
    await eventually(
      () => inspect(...idsOf(before)),
      (now) =>
        now.every(
          ({ RestartCount }, index) =>
            RestartCount === (before[index]?.RestartCount ?? 0) + Number(victims.includes(before[index] as Inspected)),
        ),
    );
    await expectRecovery(before, `kill -9 of ${what}`);
  });

  testKilling.each<[string, readonly EngineProgram[]]>([
    ['the engine', ['dockerd']],
    ['the engine and its containerd', ['dockerd', 'containerd']],
  ])('of %s the stack gets healthy without help', async (what, programs) => {
    const before = await services();
    await killEngine(...programs);
    await expectRecovery(before, `kill -9 of ${what}`);
  });

  test('nothing of the stack differs from what was deployed', () => expectEmptyPlan(project));
});

describe('The next deploy', () => {
  test('after a prune makes again what has ended, and stops nothing that runs', async () => {
    const before = await services();
    const { containers } = await belongings(project.stack);
    const ended = (await inspect(...containers)).filter(({ State }) => !State.Running);
    const mounts = ended.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? []));
    const own = `label=docker-constructs.stack=${project.stack}`;
    expect(await docker('system', 'prune', '--force', '--filter', own)).toContain('Deleted Containers');
    expect([...(await belongings(project.stack)).containers].sort()).toEqual(idsOf(before).sort());
    // Docker's prune leaves the nameless volumes of what it removes.
    const nameless = mounts.filter((name) => /^[0-9a-f]{64}$/.test(name));
    if (nameless.length > 0) await docker('volume', 'rm', ...nameless);
    const [{ seconds }, report] = await underLoad({ port: project.http, path: '/ready' }, () =>
      project.deploy(project.deployed),
    );
    noteLoad('deploy after docker system prune', report, seconds);
    expect(report.failures).toEqual([]);
    expect(idsOf(await services())).toEqual(idsOf(before));
    expect((await belongings(project.stack)).containers).toHaveLength(containers.length);
    await expectEmptyPlan(project);
  });

  async function expectRepair(what: string): Promise<void> {
    const { seconds } = await project.deploy(project.deployed);
    note(`repaired: ${what}`, { seconds });
    await ready(project.http);
    expect(await nearest(project.http, 7)).toEqual(['kept through it all']);
    await services();
    await expectEmptyPlan(project);
  }

  test('makes containers again that somebody removed, with the volumes of their configurations and secrets', async () => {
    await docker('rm', '--force', '--volumes', ...(await named('container', `${project.stack}-`)));
    const volumes = await named('volume', `${project.stack}-`);
    const expendable = volumes.filter((name) => name !== `${project.stack}-postgres-data`);
    expect(expendable.length).toBeGreaterThan(3);
    await docker('volume', 'rm', ...expendable);
    await expectRepair('all containers and volumes but the data removed');
  });

  test('makes a network again that somebody removed, and moves everything into it', async () => {
    const network = `${project.stack}-app`;
    const before = await services();
    for (const member of await named('container', `${project.stack}-`, '--filter', `network=${network}`)) {
      await docker('network', 'disconnect', '--force', network, member);
    }
    await docker('network', 'rm', network);
    await expectRepair('a removed network');
    expect((await theOnly(project.stack, 'postgres')).Id).toBe(before[0]?.Id);
  });
});

/** Names of things that begin so, running or not. */
async function named(kind: 'container' | 'volume', prefix: string, ...filters: readonly string[]): Promise<string[]> {
  const [all, name] = kind === 'container' ? [['--all'], '{{.Names}}'] : [[], '{{.Name}}'];
  const list = await docker(kind, 'ls', ...all, '--filter', `name=^${prefix}`, ...filters, '--format', name);
  return list.split('\n').filter(Boolean);
}
