import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import {
  BackupJob,
  BackupRepository,
  ConfigurationError,
  Duration,
  Engine,
  Image,
  LogDriver,
  MonitoringStack,
  Notification,
  ProxyEngine,
  Schedule,
  Secret,
  Size,
  Tls,
  WorkerService,
} from '../../../lib';
import type { Environment, ImageMirrors } from '../../../lib';
import type { AccessLog } from '../../../lib/model/capabilities/access-log-source';
import { EngineWorkload } from '../../../lib/platform/engine/workload';
import type { MnemoLiteStack } from '../../../stacks/mnemolite/mnemolite-stack';
import { SETTINGS } from '../../../stacks/mnemolite/settings';
import type { MnemoLiteSettings } from '../../../stacks/mnemolite/settings';
import { isAvailable } from '../support/available';
import { SCENARIO_FILE } from '../support/scenario';
import type { Scenario } from '../support/scenario';
import { addBuilds } from './builds';
import { addEmptyVolume, addLoads } from './backed-data';
import { addKills } from './kills';
import { addOverrides } from './overrides';
import { addStarts, FOREIGN_IMAGE } from './starts';
import { addTrial } from './trial';
import { addVolumes } from './volumes';

// Run by cdktf in a project of its own, which has a copy of the stack: tests edit the copy's source code.
const scenario = JSON.parse(readFileSync(SCENARIO_FILE, 'utf8')) as Scenario;
const { MnemoLiteStack: Stack } = require(path.resolve('stacks/mnemolite/mnemolite-stack')) as {
  MnemoLiteStack: typeof MnemoLiteStack;
};

const WITH_LOGS = isAvailable('alloy', 'loki');
const WITH_TRACES = isAvailable('alloy', 'tempo');
/** Its dashboards are looked at also where it does not run. */
const WITH_GRAFANA = isAvailable('grafana') || process.env.DOCKER_CONSTRUCTS_E2E_GRAFANA !== undefined;

function environment(): Environment {
  const { name, keepData, sourceMounts, tls, provider } = scenario;
  return {
    name,
    platform: new Engine({ providerVersion: provider }),
    keepData,
    sourceMounts,
    ...(tls ? { tls: Tls.internal() } : {}),
    imageMirrors: imageMirrors(),
  };
}

/** Where images come from. The one outside of PostgreSQL's official family is the official one under another name. */
function imageMirrors(): ImageMirrors {
  const sources = JSON.parse(process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES ?? '{}') as Record<string, string>;
  return { ...sources, [FOREIGN_IMAGE.replace(/:.*/, '')]: sources.postgres ?? 'postgres' };
}

function monitoringPorts(): Readonly<Record<string, number>> {
  const { prometheus, loki, tempo } = scenario;
  if (prometheus === undefined) return {};
  return { prometheus, ...(WITH_LOGS && loki ? { loki } : {}), ...(WITH_TRACES && tempo ? { tempo } : {}) };
}

function settings(): MnemoLiteSettings {
  const { test } = SETTINGS;
  if (test === undefined) throw new Error('MnemoLite has no settings for test');
  const { workMemory, http, https, postgresPort, replicas, tls } = scenario;
  return {
    // Long enough for the program to answer before its failures count, also on a busy machine.
    api: { ...test.api, startPeriod: Duration.seconds(scenario.fault ? 8 : 30) },
    edge: { http, https },
    expose: { ...(postgresPort ? { postgres: postgresPort } : {}), ...monitoringPorts() },
    ...(tls ? { domain: 'mnemolite.localhost' } : {}),
    ...(replicas ? { replicas: { api: replicas } } : {}),
    database: {
      ...test.database,
      acceptNoBackup: 'a test',
      memory: Size.mebibytes(512),
      sharedBuffers: Size.mebibytes(64),
      workMem: Size.mebibytes(workMemory ?? 16),
    },
  };
}

/** Variables of the API and of its migration alike, as `ApiServiceProps.environment` would set them. */
function addVariables(stack: MnemoLiteStack): void {
  const { version, fault } = scenario;
  for (const service of [stack.api, stack.api.migration]) {
    if (version !== undefined) service?.workload.variables.add('APP_VERSION', version);
    if (fault !== undefined) service?.workload.variables.add('FAULT', fault);
  }
}

/** A version that is to fail may do so in seconds. */
function hurryFailure(stack: MnemoLiteStack): void {
  const { workload } = stack.api;
  if (scenario.fault === undefined) return;
  for (const container of (workload as EngineWorkload).containers) {
    container.addOverride('healthcheck.interval', '2s');
    container.addOverride('healthcheck.timeout', '2s');
    container.addOverride('healthcheck.retries', 2);
  }
}

/** Nobody waits for it, and it has no health check. */
function addWorker(stack: MnemoLiteStack): void {
  if (scenario.worker === undefined) return;
  const image = Image.of('caddy:2.11.4');
  new WorkerService(stack, 'Worker', { image, command: ['sleep', scenario.worker], overlap: scenario.workerOverlap });
  new WorkerService(stack, 'Beside', { image, command: ['sleep', '1000'] });
}

function addBackup(stack: MnemoLiteStack): void {
  if (!scenario.backup) return;
  // A gap in the log has to come soon.
  const { spec, containers } = stack.postgres.workload as EngineWorkload;
  for (const container of containers) {
    container.addOverride('command', [...(spec.command ?? []), '-c', 'max_slot_wal_keep_size=192MB']);
  }
  new BackupJob(stack, 'Backup', {
    source: stack.postgres,
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
    pitr: { copySchedule: Schedule.daily({ at: '04:00' }) },
    drill: {
      assertions: [{ database: 'mnemolite', sql: "select count(*) = 1 from pg_extension where extname = 'vector'" }],
    },
  });
}

/** All see the file with the clock in the volume of the database's socket. A pause is one on any clock. */
const CLOCK = {
  LD_PRELOAD: '/usr/local/lib/libfaketime.so',
  FAKETIME_TIMESTAMP_FILE: '/run/postgresql/clock',
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  FAKETIME_DISABLE_SHM: '1',
  NO_FAKE_STAT: '1',
};

/** What a restore comes from. */
function addBackupAway(stack: MnemoLiteStack): void {
  if (scenario.away === undefined) return;
  const away = BackupRepository.directory(scenario.away, { name: 'away', offHost: true });
  const job = new BackupJob(stack, 'Backup', {
    source: stack.postgres,
    repositories: [BackupRepository.volume(), away],
    pitr: scenario.pitr,
  });
  addLoads(stack);
  if (scenario.clock) useClock(stack, job);
}

function useClock({ postgres }: MnemoLiteStack, { program, receiver }: BackupJob): void {
  for (const { workload } of [postgres, program, ...(receiver === undefined ? [] : [receiver])]) {
    for (const [key, value] of Object.entries(CLOCK)) workload.variables.add(key, value);
  }
}

/** One log more in which requests are counted: what Alloy does is another thing then. */
class AnotherProxy extends Construct {
  public toAccessLogs(): readonly AccessLog[] {
    return [{ writer: 'another-proxy', fields: ProxyEngine.caddy().logFields, objectives: [] }];
  }
}

function addMonitoring(stack: MnemoLiteStack): void {
  const { prometheus, rule, accessLog, logs } = scenario;
  if (prometheus === undefined) return;
  addEmptyVolume(stack);
  if (accessLog) new AnotherProxy(stack, 'AnotherProxy');
  const url = new Secret(stack, 'Hook', { origin: 'supplied' });
  const quiet = { severity: 'warning', expr: 'vector(0) > 1', for: Duration.minutes(1), labels: {} } as const;
  new MonitoringStack(stack, 'Monitoring', {
    notifications: [Notification.webhook({ url, repeatEvery: Duration.hours(rule === undefined ? 4 : 5) })],
    scrapeInterval: Duration.seconds(5),
    logDriver: WITH_LOGS && LogDriver.splunk({ port: logs }),
    tempo: WITH_TRACES && {},
    cadvisor: isAvailable('cadvisor') ? undefined : false,
    grafana: WITH_GRAFANA && {},
    rules: rule === undefined ? [] : [{ ...quiet, name: rule, summary: 'Never.', description: 'Nothing.' }],
  });
}

function addRoutes(stack: MnemoLiteStack): void {
  const { edition, extraRoute } = scenario;
  if (edition) stack.proxy.addRoute(stack.api, { path: '/version', responseHeaders: { 'X-Edition': edition } });
  if (extraRoute) {
    const responseHeaders = { 'X-Extra': 'yes' };
    stack.proxy.addRoute(stack.api, { path: '/extra/*', stripPrefix: true, responseHeaders });
  }
}

function addMnemoLite(app: App): void {
  const stack = new Stack(app, environment(), settings());
  addVariables(stack);
  addRoutes(stack);
  addWorker(stack);
  addBackup(stack);
  addBackupAway(stack);
  addMonitoring(stack);
  hurryFailure(stack);
}

try {
  const app = new App();
  if (scenario.volumes) addVolumes(app, environment());
  else if (scenario.kills) addKills(app, environment(), scenario);
  else if (scenario.starts) addStarts(app, environment(), scenario);
  else if (scenario.trial) addTrial(app, environment(), scenario);
  else if (scenario.overrides) addOverrides(app, environment(), scenario);
  else if (scenario.builds) addBuilds(app, environment(), scenario);
  else addMnemoLite(app);
  app.synth();
} catch (error) {
  if (!ConfigurationError.isConfigurationError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
