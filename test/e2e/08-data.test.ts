import { nearest, ready, store } from './support/client';
import { belongings, docker, inspect, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project } from './support/project';

describe('Data', () => {
  test('survives a changed setting of the database, which restarts the database only', async () => {
    const project = await Project.open('e2e', { postgresPort: 1 });
    if (project.deployed === undefined) await project.deploy();
    const { workMemory = 16, ...scenario } = project.deployed ?? {};
    await ready(project.http);
    expect((await store(project.http, 'stored under the old setting', 8)).status).toBe(201);
    const api = await theOnly(project.stack, 'api');

    const { seconds } = await project.deploy({ ...scenario, workMemory: workMemory + 8 });
    note('a changed database setting', { seconds });

    const { Id } = await theOnly(project.stack, 'postgres');
    const setting = await docker('exec', Id, 'psql', '-U', 'postgres', '-Atc', 'show work_mem');
    expect(setting.trim()).toBe(`${workMemory + 8}MB`);
    await ready(project.http);
    expect(await nearest(project.http, 8)).toEqual(['stored under the old setting']);
    expect((await theOnly(project.stack, 'api')).Id).toBe(api.Id);
    await expectEmptyPlan(project);
  });
});

describe('Destroying a stack that keeps nothing', () => {
  test('leaves no container, network, volume or image of it', async () => {
    const project = await Project.open('e2e', { postgresPort: 1 });
    if (project.deployed === undefined) await project.deploy();
    const all = await inspect(...(await belongings(project.stack)).containers);
    // Also those without a name, which an image's VOLUME makes.
    const volumes = all.flatMap(({ Mounts }) => Mounts.flatMap(({ Name }) => Name ?? []));

    const { seconds } = await project.destroy();
    note('destroy', { seconds });

    expect(await belongings(project.stack)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
    const left = (await docker('volume', 'ls', '--quiet')).split('\n');
    expect(left.filter((name) => volumes.includes(name))).toEqual([]);
    expect(volumes.length).toBeGreaterThan(5);
  });
});
