import {
  byName,
  CPUS,
  checked,
  DURATION,
  either,
  FLAG,
  HEALTH_CHECK,
  IMAGE,
  listOf,
  made,
  NUMBER,
  OFF,
  oneOf,
  options,
  required,
  SCHEDULE,
  SIZE,
  TEXT,
  TEXTS,
  TEXTS_BY_NAME,
  TLS,
} from '../../values';
import type { ContainerAlertOptions, LogTransport, OptionShapes, Shape } from '../../values';
import { SECRET } from '../../model/stack/option-shapes';
import type { TmpfsMount, Ulimit } from '../../model/workload/workload-spec';
import type { ServerSetting } from '../../config';
import type { ApiServiceProps } from '../api/api-service';
import type { BackupJobProps } from '../backup/backup-job-props';
import type { EmailOptions } from './email-options';
import type { JobProps } from '../job/job';
import type { MonitoringStackProps } from '../monitoring/monitoring-stack';
import type { PostgresServiceProps } from '../postgres/postgres-service';
import { ENGINE } from '../proxy/engines';
import type { ReverseProxyProps } from '../proxy/reverse-proxy';
import type { RouteOptions } from '../proxy/route-options';
import type { RuntimeProps } from './runtime';
import type { TraceOptions } from './traces';
import type { WorkerServiceProps } from '../worker/worker-service';

const ALERTS: OptionShapes<ContainerAlertOptions> = {
  maxMemoryUsage: NUMBER,
  maxCpuThrottling: NUMBER,
  maxRestarts: NUMBER,
};
const ULIMIT: OptionShapes<Ulimit> = { name: required(TEXT), hard: required(NUMBER), soft: NUMBER };
const TEMPORARY: OptionShapes<TmpfsMount> = { path: required(TEXT), size: SIZE, mode: TEXT };
const OF_JOBS: OptionShapes<Omit<RuntimeProps, 'alerts'>> = {
  hostname: TEXT,
  memory: SIZE,
  cpus: CPUS,
  pidsLimit: NUMBER,
  ulimits: listOf(options(ULIMIT, "{ name: 'nofile', hard: 4096 }"), 'objects'),
  user: TEXT,
  readOnlyRootFilesystem: FLAG,
  tmpfs: listOf(options(TEMPORARY, "{ path: '/tmp' }"), 'objects'),
  capabilities: TEXTS,
  stopGracePeriod: DURATION,
  logs: options({ maxSize: required(SIZE), maxFiles: required(NUMBER) }),
  environment: TEXTS_BY_NAME,
  labels: TEXTS_BY_NAME,
};
const RUNTIME: OptionShapes<RuntimeProps> = { ...OF_JOBS, alerts: options(ALERTS) };
const TRACES = either(FLAG, options<TraceOptions>({ sampleRatio: NUMBER }));

export const API_OPTIONS: OptionShapes<ApiServiceProps> = {
  ...RUNTIME,
  image: required(IMAGE),
  port: required(NUMBER),
  additionalPorts: listOf(NUMBER, 'numbers'),
  healthCheck: required(HEALTH_CHECK),
  command: TEXTS,
  entrypoint: TEXTS,
  replicas: NUMBER,
  migrations: options({ command: required(TEXTS), timeout: DURATION }),
  source: options({ directory: required(TEXT), path: required(TEXT), command: TEXTS }),
  metricsPath: TEXT,
  traces: TRACES,
};
export const WORKER_OPTIONS: OptionShapes<WorkerServiceProps> = {
  ...RUNTIME,
  image: required(IMAGE),
  command: TEXTS,
  entrypoint: TEXTS,
  healthCheck: HEALTH_CHECK,
  replicas: NUMBER,
  overlap: FLAG,
  traces: TRACES,
};
export const JOB_OPTIONS: OptionShapes<JobProps> = {
  ...OF_JOBS,
  image: required(IMAGE),
  command: TEXTS,
  entrypoint: TEXTS,
  timeout: DURATION,
  afterRestore: oneOf('run', 'skip'),
  tier: oneOf('edge', 'app', 'data', 'monitoring', 'access', 'egress'),
};
const SETTING: Shape<ServerSetting> = {
  expected: 'a string, a number, true, false, a Duration or a Size',
  fits: (value) => [TEXT, NUMBER, FLAG, DURATION, SIZE].some((shape) => shape.fits(value)),
};
export const POSTGRES_OPTIONS: OptionShapes<PostgresServiceProps> = {
  ...RUNTIME,
  alerts: options({
    ...ALERTS,
    maxConnections: NUMBER,
    maxTransactionDuration: DURATION,
    maxRetainedWal: SIZE,
    maxDeadRows: NUMBER,
  }),
  image: IMAGE,
  majorVersion: NUMBER,
  database: TEXT,
  settings: byName('values', SETTING),
  distribution: oneOf('debian', 'alpine'),
  shmSize: SIZE,
  initScripts: TEXT,
  initdbArguments: TEXTS,
  initTimeout: DURATION,
  acceptNoBackup: TEXT,
  extensions: TEXTS,
};
const OBJECTIVE = options<NonNullable<RouteOptions['objective']>>({
  availability: NUMBER,
  latency: options({ target: required(NUMBER), threshold: required(DURATION) }),
  window: DURATION,
});
const HEADER: Shape<string | null> = either(TEXT, { expected: 'null', fits: (value) => value === null });
export const PROXY_OPTIONS: OptionShapes<ReverseProxyProps> = {
  ...RUNTIME,
  engine: ENGINE,
  image: IMAGE,
  tls: TLS,
  http3: FLAG,
  securityHeaders: byName('strings', HEADER),
  compression: FLAG,
  accessLog: FLAG,
  maintenance: options({ message: required(TEXT), retryAfter: required(DURATION) }),
  objective: OBJECTIVE,
  trustedProxies: TEXTS,
};
export const ROUTE_OPTIONS: OptionShapes<RouteOptions> = {
  host: TEXT,
  path: TEXT,
  port: NUMBER,
  stripPrefix: FLAG,
  maxRequestBody: SIZE,
  compression: FLAG,
  connectTimeout: DURATION,
  responseTimeout: DURATION,
  basicAuth: listOf(
    options({ user: required(TEXT), password: required(SECRET) }),
    'objects such as { user, password }',
  ),
  allow: TEXTS,
  rateLimit: options({ requests: required(NUMBER), per: required(DURATION), burst: NUMBER, required: FLAG }),
  objective: OBJECTIVE,
  probe: either(TEXT, OFF),
  requestHeaders: byName('strings', HEADER),
  responseHeaders: byName('strings', HEADER),
};
const PROGRAM = { ...RUNTIME, image: IMAGE };
const STORE = { ...PROGRAM, retention: DURATION, retentionSize: SIZE };
export const MONITORING_OPTIONS: OptionShapes<MonitoringStackProps> = {
  notifications: listOf(made('Notification.email({ … })', 'channel'), 'notifications'),
  heartbeat: SECRET,
  scrapeInterval: DURATION,
  rules: listOf(checked(), 'rules'),
  ruleFiles: TEXTS,
  runbooks: TEXT,
  prometheus: options(STORE),
  alertmanager: options(PROGRAM),
  nodeExporter: either(
    OFF,
    options({ ...PROGRAM, alerts: options({ ...ALERTS, minFreeDisk: NUMBER, minAvailableMemory: NUMBER }) }),
  ),
  cadvisor: either(OFF, options(PROGRAM)),
  blackboxExporter: either(OFF, options(PROGRAM)),
  grafana: either(OFF, options({ ...PROGRAM, dashboards: TEXTS })),
  logDriver: either(OFF, made<LogTransport>('LogDriver.files()', 'kind')),
  loki: options(STORE),
  alloy: options(PROGRAM),
  tempo: either(OFF, options(STORE)),
};
export const EMAIL_OPTIONS: OptionShapes<EmailOptions> = {
  from: required(TEXT),
  to: required(TEXTS),
  server: required(TEXT),
  port: NUMBER,
  tls: oneOf('starttls', 'implicit', 'none'),
  user: TEXT,
  password: SECRET,
};
const TASK = { schedule: SCHEDULE, timeout: DURATION };
export const BACKUP_OPTIONS: OptionShapes<BackupJobProps> = {
  source: required(checked()),
  repositories: required(listOf(made('BackupRepository.volume()', 'url'), 'repositories')),
  dump: options({ ...TASK, databases: TEXTS }),
  pitr: either(FLAG, options({ ...TASK, window: DURATION, copySchedule: SCHEDULE })),
  quiesce: made('Quiesce.stop(service)', 'kind'),
  files: options({ ...TASK, user: TEXT, image: IMAGE }),
  drill: options({
    ...TASK,
    assertions: listOf(options({ database: required(TEXT), sql: required(TEXT) }), 'objects such as { database, sql }'),
    minTables: NUMBER,
    minFiles: NUMBER,
    sqlite: TEXTS,
  }),
  acceptNoDrill: TEXT,
  check: options(TASK),
  retention: options({ last: NUMBER, hourly: NUMBER, daily: NUMBER, weekly: NUMBER, monthly: NUMBER, yearly: NUMBER }),
  acceptSameHost: TEXT,
  webhook: SECRET,
  email: options(EMAIL_OPTIONS),
  hostname: TEXT,
};
