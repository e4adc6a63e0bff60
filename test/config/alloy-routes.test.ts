import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderAlloy } from '../../lib/config';
import type { LoggedProxy } from '../../lib/config';
import { ENGINE_LOGS } from '../../lib/platform/engine/log-driver';
import { LogDriver } from '../../lib/platform/engine/log-path';
import { freePorts } from '../support/free-ports';
import { describeWith, requireProgram } from '../support/programs';

const PLACE = {
  system: 'shop',
  environment: 'prod',
  tagPattern: ENGINE_LOGS.tagPattern('shop-prod'),
  loki: 'http://127.0.0.1:1',
};

function model(proxies: readonly LoggedProxy[]): Parameters<typeof renderAlloy>[0] {
  return { logs: { ...PLACE, proxies, path: LogDriver.splunk() }, traces: undefined };
}

const FIELDS = { route: 'route', service: 'service', status: 'status', duration: 'duration' };

/** A line of an access log, as the engine sends it. */
const sent = (writer: string, line: unknown): string =>
  JSON.stringify({
    event: { line: JSON.stringify(line), source: 'stdout', tag: `shop-prod ${writer} f2faa208599d 2.11` },
  });
const access = (route: string | undefined, status: number, duration: number, service?: string): object => ({
  logger: 'http.log.access.log0',
  status,
  duration,
  ...(route === undefined ? {} : { route }),
  ...(service === undefined ? {} : { service }),
});

test('Proxies with the same fields share a stage, and others have one of their own', () => {
  const other = { route: 'RouterName', service: 'ServiceName', status: 'DownstreamStatus', duration: 'Duration' };
  const text = renderAlloy(
    model([
      { writer: 'one', fields: FIELDS },
      { writer: 'edge', fields: other },
      { writer: 'two', fields: { ...FIELDS } },
    ]),
  );
  expect(text.match(/selector = "\{service=.*/g)).toEqual([
    String.raw`selector = "{service=~\"one|two\"}"`,
    String.raw`selector = "{service=~\"edge\"}"`,
  ]);
  expect(text.match(/expressions = \{ target.*/g)).toEqual([
    'expressions = { target = "service", route = "route", code = "status", duration = "duration" }',
    'expressions = { target = "ServiceName", route = "RouterName", code = "DownstreamStatus", duration = "Duration" }',
  ]);
});

test('without a proxy nothing is counted', () => {
  expect(renderAlloy(model([]))).not.toContain('stage.metrics');
});

describeWith('alloy', 'what Alloy counts', () => {
  const directory = mkdtempSync(join(tmpdir(), 'alloy-'));
  let alloy: ChildProcess | undefined;
  let port: number;
  let intake: number;

  beforeAll(async () => {
    [port = 0, intake = 0] = await freePorts(2);
    const config = join(directory, 'config.alloy');
    writeFileSync(
      config,
      renderAlloy(model([{ writer: 'proxy', fields: FIELDS }])).replace('0.0.0.0:8088', `127.0.0.1:${intake}`),
    );
    const place = [`--server.http.listen-addr=127.0.0.1:${port}`, `--storage.path=${join(directory, 'data')}`];
    const options = ['run', '--disable-reporting', '--stability.level=public-preview', ...place, config];
    alloy = spawn(requireProgram('alloy'), options, { stdio: 'ignore' });
    await until(async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok);
  });

  afterAll(() => {
    alloy?.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  async function until(question: () => Promise<boolean>): Promise<void> {
    while (!(await question().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  const counted = async (): Promise<readonly string[]> =>
    (await (await fetch(`http://127.0.0.1:${port}/metrics`)).text())
      .split('\n')
      .filter((line) => line.startsWith('proxy_route_'))
      .map((line) => line.replace(/component_(?:id|path)="[^"]*",/g, ''));

  test('is the answers of each route, and no line of anybody else', async () => {
    const lines = [
      sent('proxy', access('shop.test/*', 200, 0.02, 'web')),
      sent('proxy', access('shop.test/*', 200, 0.3, 'web')),
      sent('proxy', access('shop.test/v1/*', 503, 4, 'api')),
      sent('proxy', access('shop.test/old', 404, 0.001)),
      sent('proxy', access(undefined, 421, 0.001)),
      sent('proxy', { msg: 'serving initial configuration' }),
      sent('api', access('/not/ours', 500, 1, 'api')),
    ];
    const options = { method: 'POST', headers: { authorization: 'Splunk none' }, body: lines.join('\n') };
    await until(async () => (await fetch(`http://127.0.0.1:${intake}/services/collector/event/1.0`, options)).ok);
    await until(async () => (await counted()).some((line) => line.includes('shop.test/old')));
    const totals = (await counted()).filter((line) => line.startsWith('proxy_route_requests_total'));
    expect(totals.sort()).toEqual([
      'proxy_route_requests_total{code="200",route="shop.test/*",service="proxy",target="web"} 2',
      'proxy_route_requests_total{code="404",route="shop.test/old",service="proxy"} 1',
      'proxy_route_requests_total{code="503",route="shop.test/v1/*",service="proxy",target="api"} 1',
    ]);
    expect(await counted()).toEqual(
      expect.arrayContaining([
        'proxy_route_request_duration_seconds_bucket{route="shop.test/*",service="proxy",target="web",le="0.025"} 1',
        'proxy_route_request_duration_seconds_bucket{route="shop.test/*",service="proxy",target="web",le="0.5"} 2',
        'proxy_route_request_duration_seconds_count{route="shop.test/v1/*",service="proxy",target="api"} 1',
      ]),
    );
    expect((await counted()).join('\n')).not.toMatch(/not\/ours|421/);
  });
});
