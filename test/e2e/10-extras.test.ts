import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { along, ask, eventually } from './support/client';
import { belongings, docker, inspect, removeBelongings, running, theOnly } from './support/docker';
import { askSecurely, authorityOf, openKept } from './support/kept';
import { expectEmptyPlan } from './support/project';
import type { Project } from './support/project';

let project: Project;
beforeAll(async () => {
  project = await openKept();
  await project.ensure();
});

afterAll(() => removeBelongings(project.stack));

/** What a server says to Postgres' question for encryption, or why there was no connection. */
function questionPostgres(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5000 });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on('connect', () => socket.write(Buffer.from('0000000804d2162f', 'hex')));
    socket.on('data', (data) => end(data.toString()));
    socket.on('timeout', () => end('timeout'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Addresses of this machine that others may reach it under. */
function outerAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address);
}

describe('A stack as in production', () => {
  test('speaks TLS with a certificate of its own authority, and sends plain requests there', async () => {
    const { http, https } = project.base;
    const authority = await authorityOf(project);
    const secure = await askSecurely(project, authority, '/ready');
    expect(secure.status).toBe(200);
    expect(secure.headers['alt-svc']).toBe(`h3=":${https}"; ma=2592000`);
    // With the authorities that everybody trusts.
    await expect(askSecurely(project, '', '/ready')).rejects.toThrow(/certificate/);
    const plain = await ask(http, '/v1/x?y=z', { headers: { host: 'mnemolite.localhost' } });
    expect(plain).toMatchObject({
      status: 308,
      headers: { location: `https://mnemolite.localhost:${https}/v1/x?y=z` },
    });
  });

  test('keeps its data and its certificates when it is destroyed', async () => {
    const authority = await authorityOf(project);
    const memory = { content: 'kept', embedding: along(8) };
    const stored = await askSecurely(project, authority, '/v1/memories', { method: 'POST', body: memory });
    expect(stored.status).toBe(201);

    await project.destroy();
    const { containers, networks, volumes } = await belongings(project.stack);
    expect({ containers, networks, volumes: [...volumes].sort() }).toEqual({
      containers: [],
      networks: [],
      volumes: ['postgres-data', 'proxy-data'].map((name) => `${project.stack}-${name}`),
    });

    await project.deploy();
    expect(await authorityOf(project)).toBe(authority);
    const found = await askSecurely(project, authority, stored.headers.location ?? '');
    expect(JSON.parse(found.body)).toMatchObject({ content: 'kept' });
    await expectEmptyPlan(project);
  });

  test('publishes an exposed database on this machine only', async () => {
    const port = project.base.postgresPort ?? 0;
    // N: Postgres, without encryption.
    expect(await questionPostgres('127.0.0.1', port)).toBe('N');
    const addresses = outerAddresses();
    expect(addresses).not.toEqual([]);
    const answers = await Promise.all(addresses.map((address) => questionPostgres(address, port)));
    expect(answers.filter((answer) => !/^(E[A-Z]+|timeout)$/.test(answer))).toEqual([]);
  });

  test('gets more containers without a new revision, and uses them all', async () => {
    const first = await theOnly(project.stack, 'api');
    const authority = await authorityOf(project);
    await project.deploy({ replicas: 2 });
    const two = await running(project.stack, 'api');
    expect(two).toHaveLength(2);
    expect(two.map(({ Id }) => Id)).toContain(first.Id);
    for (let count = 0; count < 20; count += 1) {
      expect(await askSecurely(project, authority, '/version')).toMatchObject({ status: 200 });
    }
    for (const { Id } of two) expect(await docker('logs', Id)).toContain('/version');
    await expectEmptyPlan(project);
  });

  test('with mounted source code, shows a change of it without a deploy', async () => {
    await project.deploy({ sourceMounts: true });
    const authority = await authorityOf(project);
    const health = async (): Promise<string> => (await askSecurely(project, authority, '/health')).body;
    const before = await theOnly(project.stack, 'api');
    expect(await health()).toBe('{"status":"healthy"}');
    project.edit('stacks/mnemolite/api/mnemolite/operations.py', "'status': 'healthy'", "'status': 'reloaded'");
    await eventually(health, (body) => body === '{"status":"reloaded"}', 30);
    const [after] = await inspect(before.Id);
    expect(after?.State.StartedAt).toBe(before.State.StartedAt);
  });
});
