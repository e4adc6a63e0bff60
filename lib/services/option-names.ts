import type { OptionNames } from '../values';
import type { ApiServiceProps } from './api-service';
import type { BackupJobProps } from './backup/backup-job-props';
import type { JobServiceProps } from './job-service';
import type { MonitoringStackProps } from './monitoring/monitoring-stack';
import type { PostgresServiceProps } from './postgres/postgres-service';
import type { ReverseProxyProps } from './proxy/reverse-proxy';
import type { RouteOptions } from './proxy/route-options';
import type { RuntimeProps } from './runtime';
import type { WorkerServiceProps } from './worker-service';

const { alerts, ...OF_JOBS }: OptionNames<RuntimeProps> = {
  hostname: true,
  memory: true,
  cpus: true,
  pidsLimit: true,
  ulimits: true,
  user: true,
  readOnlyRoot: true,
  temporaryDirectories: true,
  capabilities: true,
  stopGrace: true,
  logs: true,
  environment: true,
  labels: true,
  alerts: true,
};
const RUNTIME: OptionNames<RuntimeProps> = { ...OF_JOBS, alerts };

export const API_OPTIONS: OptionNames<ApiServiceProps> = {
  ...RUNTIME,
  image: true,
  port: true,
  additionalPorts: true,
  healthCheck: true,
  command: true,
  entrypoint: true,
  replicas: true,
  migrations: true,
  source: true,
  metricsPath: true,
  traces: true,
};
export const WORKER_OPTIONS: OptionNames<WorkerServiceProps> = {
  ...RUNTIME,
  image: true,
  command: true,
  entrypoint: true,
  healthCheck: true,
  replicas: true,
  overlap: true,
  traces: true,
};
export const JOB_OPTIONS: OptionNames<JobServiceProps> = {
  ...OF_JOBS,
  image: true,
  command: true,
  entrypoint: true,
  timeLimit: true,
  afterRestore: true,
  tier: true,
};
export const POSTGRES_OPTIONS: OptionNames<PostgresServiceProps> = {
  ...RUNTIME,
  image: true,
  majorVersion: true,
  database: true,
  settings: true,
  distribution: true,
  sharedMemory: true,
  initScripts: true,
  initdbArguments: true,
  initTimeout: true,
  acceptNoBackup: true,
  extensions: true,
};
export const PROXY_OPTIONS: OptionNames<ReverseProxyProps> = {
  ...RUNTIME,
  engine: true,
  image: true,
  tls: true,
  http3: true,
  securityHeaders: true,
  compression: true,
  accessLog: true,
  maintenance: true,
  streamCloseDelay: true,
  reloadDrain: true,
  migrateConnections: true,
  objective: true,
  trustedProxies: true,
};
export const ROUTE_OPTIONS: OptionNames<RouteOptions> = {
  host: true,
  path: true,
  port: true,
  stripPrefix: true,
  maxRequestBody: true,
  compression: true,
  connectTimeout: true,
  responseTimeout: true,
  basicAuth: true,
  allow: true,
  rateLimit: true,
  objective: true,
  probe: true,
  requestHeaders: true,
  responseHeaders: true,
};
export const MONITORING_OPTIONS: OptionNames<MonitoringStackProps> = {
  notifications: true,
  heartbeat: true,
  scrapeInterval: true,
  rules: true,
  ruleFiles: true,
  runbooks: true,
  prometheus: true,
  alertmanager: true,
  nodeExporter: true,
  cadvisor: true,
  blackboxExporter: true,
  grafana: true,
  logs: true,
  loki: true,
  alloy: true,
  tempo: true,
};
export const BACKUP_OPTIONS: OptionNames<BackupJobProps> = {
  of: true,
  to: true,
  dump: true,
  pitr: true,
  quiesce: true,
  files: true,
  drill: true,
  acceptNoDrill: true,
  check: true,
  retention: true,
  acceptSameHost: true,
  webhook: true,
  email: true,
  hostname: true,
};
