import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { docker, theOnly } from './support/docker';
import { expectEmptyPlan, Project } from './support/project';

const ROOT = join(__dirname, '..', '..');

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e-overrides', { overrides: true });
  const [, code = ''] = /```ts overrides\.ts\n([^]*?)\n```/.exec(read('docs/own-services.md')) ?? [];
  writeFileSync(project.path('overrides.ts'), code.replaceAll("'docker-constructs'", `'${join(ROOT, 'lib')}'`));
  await project.deploy();
});
afterAll(() => project.destroy());

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** A value of the container of a row, by a template of `docker inspect`. */
async function value(hostname: string, template: string): Promise<unknown> {
  const { Id } = await theOnly(project.stack, hostname);
  return JSON.parse(await docker('inspect', '--format', `{{json ${template}}}`, Id));
}

const inside = async (hostname: string, ...command: readonly string[]): Promise<string> =>
  (await docker('exec', (await theOnly(project.stack, hostname)).Id, ...command)).trim();

describe('The code of docs/own-services.md', () => {
  test('adds labels to those of the library', async () => {
    expect(await value('labels', '.Config.Labels')).toMatchObject({
      'org.example.team': 'memory',
      'docker-constructs.workload': `${project.stack}/labels`,
    });
  });

  test('adds host entries', async () => {
    expect(await inside('host-entries', 'cat', '/etc/hosts')).toMatch(/^[\d.]+\s+host\.docker\.internal$/m);
  });

  test('sets ulimits', async () => {
    expect(await inside('ulimits', 'sh', '-c', 'ulimit -Sn; ulimit -Hn')).toBe('4096\n8192');
  });

  test('sets sysctls', async () => {
    expect(await inside('sysctls', 'cat', '/proc/sys/net/core/somaxconn')).toBe('1024');
  });

  test('sets DNS, and names of services are still found', async () => {
    expect(await value('dns', '.HostConfig.Dns')).toEqual(['192.0.2.53']);
    expect(await inside('dns', 'cat', '/etc/resolv.conf')).toContain('search example.org');
    expect(await inside('dns', 'python3', '-c', 'import socket; socket.gethostbyname("api"); print("found")')).toBe(
      'found',
    );
  });

  test('sets the runtime', async () => {
    expect(await value('runtime', '.HostConfig.Runtime')).toBe('runc');
  });

  test('adds devices', async () => {
    expect(await inside('devices', 'stat', '--format=%F %t:%T', '/dev/scanner')).toBe('character special file 1:3');
  });

  test('replaces the log driver and its options', async () => {
    expect(await value('log-driver', '.HostConfig.LogConfig')).toEqual({
      Type: 'fluentd',
      Config: { 'fluentd-async': 'true' },
    });
  });

  test('puts a container on the network of the host', async () => {
    expect(await value('host-network', '.HostConfig.NetworkMode')).toBe('host');
    expect(Object.keys((await value('host-network', '.NetworkSettings.Networks')) as object)).toEqual(['host']);
  });

  test('sets options of a network, which all in it get', async () => {
    expect(await inside('api', 'cat', '/sys/class/net/eth0/mtu')).toBe('1400');
  });

  test('has a worker for each of its rows, and plans nothing afterwards', async () => {
    const rows = [...read('docs/own-services.md').matchAll(/^\| ([^|]+) \|[^|]*\| `[a-z_]+`[^|]*\|[^|]*\|$/gm)];
    expect(rows.map(([, need]) => need)).toEqual([
      'labels',
      'host entries',
      'ulimits',
      'sysctls',
      'DNS',
      'runtime',
      'devices',
      'log driver',
      'host network',
      'network options',
    ]);
    await expectEmptyPlan(project);
  });
});

describe("A proxy whose address is '*'", () => {
  test.each(['127.0.0.1', '[::1]'])('answers at %s', async (host) => {
    const { status } = await fetch(`http://${host}:${project.http}/`);
    expect(status).toBe(200);
  });
});
