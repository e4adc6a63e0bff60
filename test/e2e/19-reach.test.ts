import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { docker } from './support/docker';
import { MetadataService } from './support/metadata-service';
import { openMonitored } from './support/monitored';
import type { Project } from './support/project';
import { listeners, openPorts, placesOf } from './support/reach';
import type { Place } from './support/reach';

/** The tests expose Prometheus on 127.0.0.1, so it listens in all of its networks. */
const EXPOSED = ['prometheus:9090'];

let project: Project;
let places: readonly Place[];
let host: Server;
let hostPort: number;

beforeAll(async () => {
  project = await openMonitored();
  await deployOnce();
  places = await placesOf(project.stack);
  host = createServer((socket) => socket.end()).listen(0, '0.0.0.0');
  await new Promise((resolve) => host.once('listening', resolve));
  const address = host.address();
  if (address === null || typeof address === 'string') throw new Error('the listener has no port');
  hostPort = address.port;
});
afterAll(() => host.close());

/** The stack of the test before, where it ran. */
async function deployOnce(): Promise<void> {
  if (project.deployed !== undefined) return;
  project.secrets.set('hook', 'http://127.0.0.1:9/never-asked');
  await project.deploy();
}

/** Services that answer a container on any port that anything in the stack listens on. */
async function answers(from: string): Promise<readonly string[]> {
  const ports = await listeners(places);
  const targets = places.flatMap(({ service, addresses }) =>
    service === from ? [] : addresses.flatMap((address) => ports.map((port) => ({ service, address, port }))),
  );
  const open = await openPorts(places, from, targets);
  return [...new Set(open.map(({ service, port }) => `${service}:${port}`))].sort();
}

describe('An intruder', () => {
  test('in an API reaches the database, the proxy and the door for traces, and no part of the monitoring', async () => {
    const open = await answers('api');
    expect(open).toContain('postgres:5432');
    expect(
      open.filter((one) => /^(prometheus|blackbox|node-exporter|alertmanager|postgres-exporter|loki)/.test(one)),
    ).toEqual(EXPOSED);
  });

  test('in the proxy never reaches the database, nor the monitoring', async () => {
    const open = await answers('proxy');
    expect(open).toContain('api:8000');
    expect(open.filter((one) => /^(postgres|postgres-exporter|prometheus|blackbox-exporter|loki):/.test(one))).toEqual(
      EXPOSED,
    );
  });

  test('in the database reaches its clients only', async () => {
    const services = (await answers('postgres')).map((one) => one.split(':')[0]);
    expect([...new Set(services)]).toEqual(['api']);
  });

  test('reaches what listens on all addresses of the host, as the page on security says', async () => {
    const gateway = (
      await docker('network', 'inspect', `${project.stack}-data`, '--format', '{{(index .IPAM.Config 0).Gateway}}')
    ).trim();
    const target = { service: 'host', address: gateway, port: hostPort };
    expect(await openPorts(places, 'postgres', [target])).toEqual([target]);
  });
});

describe('The metadata service of a cloud', () => {
  const service = new MetadataService();
  const reached = async (from: string): Promise<boolean> =>
    (await openPorts(places, from, [service.target])).length === 1;

  afterAll(() => service.stop());

  const title = 'is reached from a tier with a way out, and not once the host has the rule of the page on security';
  const isPossible = MetadataService.isPossible();
  (isPossible ? test : test.skip)(isPossible ? title : `${title} (SKIPPED: no network namespace here)`, async () => {
    await service.start();
    expect(await Promise.all(['api', 'proxy', 'postgres'].map(reached))).toEqual([true, true, false]);
    await service.block();
    expect(await service.isBlocked()).toBe(true);
    expect(await Promise.all(['api', 'proxy', 'postgres'].map(reached))).toEqual([false, false, false]);
    await service.unblock();
    expect(await Promise.all(['api', 'proxy'].map(reached))).toEqual([true, true]);
  });
});
