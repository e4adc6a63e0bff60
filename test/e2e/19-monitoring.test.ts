import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, statfsSync } from 'node:fs';
import { isAvailable, testWith } from './support/available';
import { ask, eventually, ready } from './support/client';
import { logLines, logStreams, spanNames, whileAlloyIsAway } from './support/collected';
import { must, run } from './support/command';
import { docker, theOnly } from './support/docker';
import { note } from './support/figures';
import { openMonitored } from './support/monitored';
import { activeTargets, askPrometheus } from './support/prometheus';
import { expectEmptyPlan, workDirectory } from './support/project';
import { FULL } from './support/proof';
import type { Project } from './support/project';
import { panelQueries, unanswered, unknownSeries } from './support/panels';
import type { PanelQuery } from './support/panels';
import { Webhook } from './support/webhook';

const IS_ROOT = process.getuid?.() === 0;
const SCRAPE_SECONDS = 5;
/** Longer than each alert waits, but for those of minutes in the short form. */
const WATCHED_SECONDS = FULL ? 900 : 180;

let project: Project;
let webhook: Webhook;
let disk: string;

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

/** Of each container, where cAdvisor reads them. */
const CONTAINER_METRICS = [
  'container_cpu_usage_seconds_total',
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_memory_working_set_bytes',
  'container_memory_total_active_file_bytes',
  'container_spec_memory_limit_bytes',
  'container_start_time_seconds',
];

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

interface Series {
  readonly values: readonly (readonly [number, string])[];
}

const api = <Data>(path: string): Promise<Data> => askPrometheus(project.base.prometheus ?? 0, path);

async function rules(): Promise<readonly Rule[]> {
  const { groups } = await api<{ readonly groups: readonly { readonly rules: readonly Rule[] }[] }>('rules');
  return groups.flatMap((group) => group.rules);
}

/** What a query finds at present. */
const series = async (query: string): Promise<readonly Sample[]> =>
  (await api<{ readonly result: readonly Sample[] }>(`query?query=${encodeURIComponent(query)}`)).result;
/** Grafana cannot run everywhere; its dashboards are asked about there, too, but not about itself. */
const isAbout = ({ expr }: PanelQuery): boolean => isAvailable('grafana') || !expr.includes('"grafana"');

/** When one was taken of the only series, since a moment in milliseconds. */
async function sampleTimes(metric: string, since: number): Promise<readonly number[]> {
  const query = encodeURIComponent(`${metric}[${Math.ceil((Date.now() - since) / 1000)}s]`);
  const { result } = await api<{ readonly result: readonly Series[] }>(`query?query=${query}`);
  return (result[0]?.values ?? []).map(([time]) => time);
}

async function fill(): Promise<void> {
  const { bavail, bsize } = statfsSync(disk);
  await must('fallocate', ['--length', String(Math.floor(bavail * bsize * 0.97)), `${disk}/full`]);
}

/** Starts a program in an image that is here with less memory than it needs. */
async function outgrowMemory(): Promise<void> {
  const { Image } = await theOnly(project.stack, 'api');
  const program = ['python3', '-c', 'bytearray(200 * 1024 * 1024)'];
  const limits = ['--memory=32m', '--memory-swap=32m', '--network=none'];
  const { status } = await run('docker', ['run', '--rm', '--entrypoint=', ...limits, Image, ...program]);
  expect(status).toBe(137);
}

async function told(
  status: 'firing' | 'resolved',
  alert: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const last = await eventually(
    () => Promise.resolve(webhook.last(alert, labels)),
    (found) => found?.status === status,
    300,
  );
  return last?.at ?? 0;
}

/** The parts that take and keep logs and traces, where they are to be had. */
function collectors(): readonly string[] {
  const kept = [...(isAvailable('alloy', 'loki') ? ['loki'] : []), ...(isAvailable('alloy', 'tempo') ? ['tempo'] : [])];
  return kept.length === 0 ? [] : ['alloy', ...kept];
}

/** Which containers these are, and since when each runs. */
async function startsOf(...names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => theOnly(project.stack, name)));
  return found.map(({ Id, State }) => `${Id} ${State.StartedAt}`);
}

/** What the configuration is known by with which one of them works: Alloy says it in a label. */
async function configuration(job: 'alertmanager' | 'alloy'): Promise<string> {
  const [found] = await series(`${job}_config_hash{job="${job}"}`);
  if (found === undefined) throw new Error(`${job} does not say with which configuration it works`);
  return found.metric.sha256 ?? found.value[1];
}

beforeAll(async () => {
  webhook = await Webhook.open();
  project = await openMonitored();
  project.secrets.set('hook', webhook.url);
  disk = project.path('disk');
  mkdirSync(disk);
  // Who measures it is nobody here, and has to get there.
  chmodSync(workDirectory(), 0o711);
  if (IS_ROOT) {
    await must('truncate', ['--size', '64M', `${disk}.img`]);
    await must('mkfs.ext4', ['-q', '-m', '0', `${disk}.img`]);
    await must('mount', ['-o', 'loop', `${disk}.img`, disk]);
  }
  await project.deploy();
  await ready(project.http);
});

/** What runs stays, for the tests that kill the engine below it. */
afterAll(async () => {
  webhook.close();
  if (IS_ROOT) await must('umount', [disk]);
});

describe('A monitored stack', () => {
  test('has all that it exports read, and rules that can be worked out', async () => {
    const names = [
      'alertmanager',
      'api',
      'attachments-backup',
      'blackbox-exporter',
      'blackbox-exporter-routes',
      'node-exporter',
      'postgres-backup',
      'postgres-exporter',
      'prometheus',
      'proxy',
      ...collectors(),
    ];
    if (isAvailable('cadvisor')) names.push('cadvisor');
    if (isAvailable('grafana')) names.push('grafana');
    const found = await eventually(
      () => activeTargets(project.base.prometheus ?? 0),
      (all) => all.length === names.length && all.every(({ health }) => health === 'up'),
    );
    expect(found.map(({ labels }) => labels.job).sort()).toEqual(names.sort());
    expect(new Set(found.map(({ labels }) => `${labels.system} ${labels.environment}`))).toEqual(
      new Set(['mnemolite e2emonitoring']),
    );
    const evaluated = await eventually(rules, (all) => all.every(({ health }) => health === 'ok'));
    expect(evaluated.length).toBeGreaterThan(25);
    await expectEmptyPlan(project);
  });

  test('asks for its routes as people do, and knows how good its answers are', async () => {
    const [probe] = await eventually(
      () => series('probe_success == 1'),
      (all) => all.length > 0,
    );
    expect(probe?.metric).toMatchObject({
      instance: `http://localhost:${project.http}/ready`,
      service: 'api',
      tls: 'off',
    });
    const counted = 'caddy_http_request_duration_seconds_count{job="proxy",server="public",code!~"5..|421"}';
    await eventually(
      () => series(`sum(rate(${counted}[1m])) > 0`),
      (all) => all.length === 1,
    );
    expect((await series('probe_http_status_code')).map(({ value }) => value[1])).toEqual(['200']);
    expect((await rules()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['RouteDown', 'AvailabilityBudgetBurns']),
    );
  });

  testWith(['cadvisor'], 'knows what each container takes, and whose it is', async () => {
    const services = [
      'alertmanager',
      'api',
      'blackbox-exporter',
      'cadvisor',
      'node-exporter',
      'postgres',
      'postgres-exporter',
      'prometheus',
      'proxy',
    ];
    const { Id: id } = await theOnly(project.stack, 'api');
    for (const metric of CONTAINER_METRICS) {
      const found = await eventually(
        () => series(`max by (service, container) (${metric}{job="cadvisor"})`),
        (all) => services.every((name) => all.some(({ metric: labels }) => labels.service === name)),
      );
      // Another engine of this machine may have a stack of the same name.
      const containers = found
        .filter(({ metric: labels }) => labels.service === 'api')
        .map((one) => one.metric.container);
      expect(containers).toContain(id.slice(0, 12));
    }
    const [limit] = await series('max(container_spec_memory_limit_bytes{service="api"})');
    expect(limit?.value[1]).toBe(String(2 * 1024 ** 3));
    expect(await series('container_memory_working_set_bytes{service="cadvisor",container=""}')).toEqual([]);
  });

  test('sees no socket of the host', async () => {
    const { Id: id } = await theOnly(project.stack, 'node-exporter');
    expect(await docker('exec', id, 'ls', '-A', '/host/run')).toBe('');
  });

  test('has an answer to all that its dashboards ask, of metrics that are there', async () => {
    const { prometheus = 0, loki = 0 } = project.base;
    const ports = { prometheus, loki };
    const all = await panelQueries(project);
    const queries = all.filter(isAbout);
    await eventually(
      () => unanswered(queries, ports, SCRAPE_SECONDS),
      (silent) => silent.length === 0,
    );
    expect(await unknownSeries(queries, ports)).toEqual([]);
    note('panels', { queries: queries.length, 'with data': '100 %' });
  });

  test('takes changed rules and notifications over without a restart and without a hole in the samples', async () => {
    const before = await startsOf('prometheus', 'alertmanager');
    const told = await configuration('alertmanager');
    const began = Date.now();
    await project.deploy({ rule: 'Own' });
    await eventually(rules, (all) => all.some(({ name, health }) => name === 'Own' && health === 'ok'));
    await eventually(
      () => configuration('alertmanager'),
      (hash) => hash !== told,
    );
    expect(await startsOf('prometheus', 'alertmanager')).toEqual(before);
    const times = await eventually(
      () => sampleTimes('up{job="postgres-exporter"}', began),
      (all) => all.length > 4,
    );
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(2 * SCRAPE_SECONDS);
    await expectEmptyPlan(project);
  });

  testWith(['alloy', 'loki'], 'takes another configuration of Alloy over without a restart', async () => {
    const before = await startsOf('alloy');
    const known = await configuration('alloy');
    await project.deploy({ ...project.deployed, accessLog: true });
    await eventually(
      () => configuration('alloy'),
      (hash) => hash !== known,
    );
    expect(await startsOf('alloy')).toEqual(before);
    await expectEmptyPlan(project);
  });

  testWith(
    ['alloy', 'loki'],
    'keeps what each service writes, and loses no line while the collector is away',
    async () => {
      const writing = ['api', 'api-migration', 'alertmanager', 'postgres', 'prometheus', 'proxy'];
      const streams = await eventually(
        () => logStreams(project),
        (all) => writing.every((name) => all.some(({ service }) => service === name)),
      );
      expect(new Set(streams.map(({ system, environment }) => `${system} ${environment}`))).toEqual(
        new Set(['mnemolite e2emonitoring']),
      );
      expect(streams.map(({ service }) => service)).not.toEqual(expect.arrayContaining(['loki']));
      const levels = (await logLines(project, '{service="postgres"}')).map(({ labels }) => labels.level);
      expect(new Set(levels)).toContain('info');
      expect(await whileAlloyIsAway(project, 60)).toEqual([60, 60, 60]);
    },
  );

  testWith(
    ['alloy', 'loki', 'tempo'],
    'follows a request from the proxy to the database, and finds its lines',
    async () => {
      const trace = randomBytes(16).toString('hex');
      const traceparent = `00-${trace}-${randomBytes(8).toString('hex')}-01`;
      const { status } = await ask(project.http, `/v1/memories/${randomUUID()}`, { headers: { traceparent } });
      expect(status).toBe(404);
      const spans = await eventually(
        () => spanNames(project, trace),
        (names) => names.length > 0,
      );
      expect(spans).toEqual(['GET /v1/memories/{memory_id}', 'transaction']);
      const lines = await eventually(
        () => logLines(project, `{service="api"} | trace_id="${trace}"`),
        (all) => all.length > 0,
      );
      expect(lines.map(({ labels }) => labels.level)).toEqual(['info']);
    },
  );
});

test(
  'A monitored stack without a fault has had no alert but Watchdog from its first minute on',
  async () => {
    const age = 'time() - process_start_time_seconds{job="prometheus"}';
    await eventually(
      () => series(age),
      ([found]) => Number(found?.value[1]) > WATCHED_SECONDS,
      WATCHED_SECONDS + 60,
    );
    const fired = await series(
      `count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[${WATCHED_SECONDS + 600}s]))`,
    );
    const names = fired.map(({ metric }) => metric.alertname ?? '');
    // What they say of this machine is true, whatever runs on it.
    expect(names.filter((name) => !/^(Host|Disk)/.test(name))).toEqual(['Watchdog']);
    expect(Number((await series('backup_last_success_timestamp_seconds{task="drill"} > 0')).length)).toBe(2);
  },
  (WATCHED_SECONDS + 120) * 1000,
);

describe('A monitored stack that fails', () => {
  beforeAll(async () => {
    if (IS_ROOT) await fill();
    await outgrowMemory();
  });

  test('tells of an API that was killed and a database that was stopped, and when they are well again', async () => {
    const [service, database] = await Promise.all(['api', 'postgres'].map((name) => theOnly(project.stack, name)));
    const ids = [service?.Id ?? '', database?.Id ?? ''];
    const began = Date.now();
    await docker('kill', ids[0] ?? '');
    await docker('stop', ids[1] ?? '');
    const api = await told('firing', 'TargetDown', { job: 'api' });
    const postgres = await told('firing', 'PostgresDown', { job: 'postgres-exporter' });
    note('told after', { 'API seconds': (api - began) / 1000, 'database seconds': (postgres - began) / 1000 });
    expect(webhook.last('TargetDown', { job: 'api' })).toMatchObject({
      labels: { severity: 'critical', stack: project.stack },
      annotations: { summary: 'No container of api answers for its metrics', runbook_url: 'docs/alerts.md#targetdown' },
    });
    await docker('start', ...ids.reverse());
    await told('resolved', 'TargetDown', { job: 'api' });
    await told('resolved', 'PostgresDown', { job: 'postgres-exporter' });
  });

  test('tells of what the kernel killed for its memory', async () => {
    await told('firing', 'HostOutOfMemoryKill', { job: 'node-exporter' });
  });

  // Only root may make a disk.
  (IS_ROOT ? test : test.skip)('tells of a disk that fills, and when there is room again', async () => {
    await told('firing', 'DiskLow', { mountpoint: disk });
    await must('rm', [`${disk}/full`]);
    await told('resolved', 'DiskLow', { mountpoint: disk });
  });
});
