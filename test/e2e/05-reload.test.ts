import { once } from 'node:events';
import { WebSocket } from 'ws';
import { ProxyEngine } from '../../lib';
import { ask } from './support/client';
import { docker, theOnly } from './support/docker';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

async function echo(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(text);
  return (await answer)[0].toString();
}

const { reload: takeOver } = ProxyEngine.caddy();

/** Reloads the proxy with another header, by the command that a deploy would run. Each text has a listener of its own. */
async function reload(proxy: string, edition: number): Promise<void> {
  const file = `/tmp/edition-${edition}`;
  const change = `s/header -Server/header X-Edition ${edition}\\n&/; s/caddy-[0-9a-f]*\\.sock/caddy-${edition}.sock/`;
  const edit = `sed '${change}' /etc/caddy/Caddyfile > ${file}`;
  await docker('exec', proxy, 'sh', '-c', edit);
  if (takeOver.by !== 'command') throw new Error('the engine reloads by a signal');
  await docker('exec', proxy, ...takeOver.command(file));
}

describe('A changed configuration of the proxy', () => {
  test('is taken over fifty times under load, and no request is lost by a client that sends again', async () => {
    await project.ensure({ version: 'routed' });
    const { Id } = await theOnly(project.stack, 'proxy');
    const begun = Date.now();
    const load = { port: project.http, path: '/version', rate: 100, retries: 'any' } as const;
    const [, report] = await underLoad(load, async () => {
      for (let edition = 1; edition <= 50; edition += 1) await reload(Id, edition);
    });
    noteLoad('fifty reloads', report, (Date.now() - begun) / 1000);
    expect((await ask(project.http, '/version')).headers['x-edition']).toBe('50');
    expect(report.failures).toEqual([]);
  });

  test('is served without a restart; an open websocket stays open, and no request is lost', async () => {
    await project.ensure({ version: 'routed' });
    const before = await theOnly(project.stack, 'proxy');
    const socket = new WebSocket(`ws://127.0.0.1:${project.http}/v1/echo`);
    await once(socket, 'open');
    expect(await echo(socket, 'before')).toBe('before');
    expect((await ask(project.http, '/extra/version')).status).toBe(404);

    const load = { port: project.http, path: '/version', retries: 'any' } as const;
    const [seconds, report] = await underLoad(load, async () => {
      const header = await project.deploy({ version: 'routed', edition: 'second' });
      expect((await ask(project.http, '/version')).headers['x-edition']).toBe('second');
      const route = await project.deploy({ version: 'routed', edition: 'third', extraRoute: true });
      return header.seconds + route.seconds;
    });
    noteLoad('a new header, then a new route', report, seconds);

    expect(report.failures).toEqual([]);
    expect((await ask(project.http, '/version')).headers['x-edition']).toBe('third');
    const extra = await ask(project.http, '/extra/version');
    expect([extra.status, extra.headers['x-extra'], extra.body]).toEqual([200, 'yes', '{"version":"routed"}']);
    expect(await echo(socket, 'after')).toBe('after');
    socket.close();
    const after = await theOnly(project.stack, 'proxy');
    expect([after.Id, after.State.StartedAt]).toEqual([before.Id, before.State.StartedAt]);
    await expectEmptyPlan(project);
  });
});
