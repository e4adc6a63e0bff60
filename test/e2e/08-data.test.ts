import { ask, nearest, ready, store } from './support/client';
import type { Answer } from './support/client';
import { belongings, docker, inspect, theOnly } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project } from './support/project';

const HOST = 'mnemolite.localhost';

/** The proxy's own certificate authority, as it lies in the proxy's data volume. */
async function authority(project: Project): Promise<string> {
  const { Id } = await theOnly(project.stack, 'proxy');
  return docker('exec', Id, 'cat', '/data/caddy/pki/authorities/local/root.crt');
}

describe('Data', () => {
  test('survives a changed setting of the database, which restarts the database only', async () => {
    const project = await Project.open('e2e', { postgresPort: 1 });
    await project.ensure({ version: 'data', workMemory: 16 });
    await ready(project.http);
    expect((await store(project.http, 'stored under the old setting', 8)).status).toBe(201);
    const api = await theOnly(project.stack, 'api');

    const { seconds } = await project.deploy({ version: 'data', workMemory: 24 });
    note('a changed database setting', { seconds });

    const { Id } = await theOnly(project.stack, 'postgres');
    const setting = await docker('exec', Id, 'psql', '-U', 'postgres', '-Atc', 'show work_mem');
    expect(setting.trim()).toBe('24MB');
    await ready(project.http);
    expect(await nearest(project.http, 8)).toEqual(['stored under the old setting']);
    expect((await theOnly(project.stack, 'api')).Id).toBe(api.Id);
    await expectEmptyPlan(project);
  });

  test('and certificates survive the destruction of a stack that keeps its data', async () => {
    const project = await Project.open('e2ekeep', { keepData: true, tls: true });
    await project.ensure();
    const before = await authority(project);
    const over = (trusted: string, path: string, body?: unknown): Promise<Answer> =>
      ask(project.base.https ?? 0, path, {
        body,
        method: body === undefined ? 'GET' : 'POST',
        trust: { authority: trusted, host: HOST },
      });
    const stored = await over(before, '/v1/memories', {
      content: 'kept',
      embedding: Array.from({ length: 384 }, () => 1),
    });
    expect(stored.status).toBe(201);

    await project.destroy();
    const { containers, networks, volumes } = await belongings(project.stack);
    expect({ containers, networks, volumes: [...volumes].sort() }).toEqual({
      containers: [],
      networks: [],
      volumes: ['postgres-data', 'proxy-data'].map((name) => `${project.stack}-${name}`),
    });

    await project.deploy();
    expect(await authority(project)).toBe(before);
    const found = await over(before, stored.headers.location ?? '');
    expect(JSON.parse(found.body)).toMatchObject({ content: 'kept' });
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
