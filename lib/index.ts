export {
  type Access,
  type AccessLogFields,
  type AlertRule,
  type AlertSeverity,
  type BuildCache,
  type BuildSecret,
  type BuiltImageOptions,
  type CertificateLimits,
  type DashboardSubject,
  type ContainerAlertOptions,
  ConfigurationError,
  Cpus,
  Duration,
  HealthCheck,
  type HealthCheckOptions,
  Image,
  ImageReference,
  type ImageMirrors,
  type LogTransport,
  type PlatformCommands,
  type Relabelling,
  Schedule,
  type ScheduleOptions,
  Size,
  Tls,
  type BuiltImage,
  type HttpClient,
  type HttpHealthCheckTarget,
  type PulledImage,
  type PulledImageOptions,
  type TlsAcme,
  type TlsAcmeOptions,
  type TlsFiles,
  type TlsFilesOptions,
  type TlsInternal,
  type TlsOff,
} from './values';

export type { IAlertSource } from './model/capabilities/alert-source';
export type {
  BackupSource,
  DatabaseSource,
  Distribution,
  IBackupSource,
  VolumeSource,
} from './model/capabilities/backup-source';
export type { ConfigFile, ReloadableConfig, RenderedConfig } from './model/workload/config-file';
export type { Connection, ConnectionRequest, IConnectable } from './model/capabilities/connectable';
export { DataVolume, type DataVolumeProps } from './model/workload/data-volume';
export type { Environment } from './model/stack/environment';
export type { EdgeListeners, SystemSettings } from './model/stack/system-settings';
export { EnvironmentStack } from './model/stack/environment-stack';
export type { EnvironmentStackProps } from './model/stack/environment-stack-props';
export type { IDashboardSource } from './model/capabilities/dashboard-source';
export type { IExporterSource } from './model/capabilities/exporter-source';
export { Network, type NetworkSpec, Tier } from './model/workload/network';
export type { ContainerPatterns, LogDelivery } from './model/stack/observed-platform';
export type { DeployedService, Platform } from './model/stack/platform';
export type { Policy, PolicySubject, RenderedResource } from './model/stack/policy';
export { type Backend, type IRoutable, staticUpstreams } from './model/capabilities/routable';
export type { DataSource, IQueryable } from './model/capabilities/queryable';
export type { IScrapable, ScrapeTarget } from './model/capabilities/scrapable';
export type { IProbeSource, Probe } from './model/capabilities/probe-source';
export { Secret, type SecretPart, type SecretProps } from './model/secrets/secret';
export { type ConnectOptions, Service } from './model/workload/service';
export type { ServiceSpec } from './model/workload/service-spec';
export { stableDocument } from './platform/engine/stable-document';
export { stackContext, type StackContext } from './model/stack/stack-context';
export type { ITraceSource, TraceSource } from './model/capabilities/trace-source';
export { Volume, type VolumeSpec } from './model/workload/volume';
export { Workload } from './model/workload/workload';
export type {
  LogRotation,
  Observation,
  PublishedPort,
  TmpfsMount,
  Ulimit,
  WorkloadSpec,
} from './model/workload/workload-spec';

export { Engine } from './platform/engine/engine';
export { type LogFilesOptions, LogDriver, type LogPortOptions } from './platform/engine/log-path';
export type { EngineOptions, RegistryCredentials } from './platform/engine/options';

export {
  type AnswerCounts,
  type AnswerPanels,
  type AnswerRate,
  type Assertion,
  type HostAlertOptions,
  type LatencyObjective,
  type PostgresAlertOptions,
  type ProxyModel,
  type ServiceLevelObjective,
  type QuietHours,
  renderAlertRules,
  type Retention,
  SECURITY_HEADERS,
} from './config';
export { ApiService, type ApiServiceProps, type Migrations, type SourceMount } from './services/api/api-service';
export { BackupJob } from './services/backup/backup-job';
export type {
  BackupJobProps,
  CheckOptions,
  DrillOptions,
  DumpOptions,
  FilesOptions,
  PitrOptions,
} from './services/backup/backup-job-props';
export {
  BackupRepository,
  type DirectoryRepositoryOptions,
  type RepositoryName,
  type RestRepositoryOptions,
  type S3RepositoryOptions,
} from './services/backup/backup-repository';
export type { Bandwidth } from './services/backup/bandwidth';
export type { EmailOptions } from './services/shared/email-options';
export type { SftpRepositoryOptions } from './services/backup/sftp-repository';
export { type CommandOptions, type CopyOptions, Quiesce, type StopOptions } from './services/backup/quiesce';
export { DEFAULT_IMAGES } from './services/default-images';
export { Job, type JobProps } from './services/job/job';
export type { AlertmanagerOptions } from './services/monitoring/alerting/alertmanager-service';
export type { AlloyOptions } from './services/monitoring/logs/alloy-service';
export type { LogsAndTracesProps } from './services/monitoring/logs-and-traces';
export type { LokiOptions } from './services/monitoring/logs/loki-service';
export type { BlackboxExporterOptions } from './services/monitoring/metrics/blackbox-exporter';
export type { CadvisorOptions } from './services/monitoring/metrics/cadvisor';
export type { GrafanaOptions } from './services/monitoring/dashboards/grafana-service';
export { MonitoringStack, type MonitoringStackProps } from './services/monitoring/monitoring-stack';
export type { NodeExporterOptions } from './services/monitoring/metrics/node-exporter';
export {
  Notification,
  type NotificationOptions,
  type SlackOptions,
  type WebhookOptions,
} from './services/monitoring/alerting/notification';
export type { PrometheusOptions } from './services/monitoring/metrics/prometheus-service';
export type { TempoOptions } from './services/monitoring/traces/tempo-service';
export { PostgresDatabase, type PostgresDatabaseOptions } from './services/postgres/postgres-database';
export { PostgresService, type PostgresServiceProps } from './services/postgres/postgres-service';
export {
  type CommandReload,
  type FileDiscovery,
  type NameDiscovery,
  ProxyEngine,
  type ProxyFeature,
  type ProxyMetrics,
  type ProxyReload,
  type SignalReload,
  type UpstreamDiscovery,
} from './services/proxy/engines';
export type { CaddyOptions } from './services/proxy/engines/caddy';
export { ReverseProxy, type ReverseProxyProps } from './services/proxy/reverse-proxy';
export type { BasicAuthUser, RateLimit, RouteOptions } from './services/proxy/route-options';
export type { RuntimeProps } from './services/shared/runtime';
export type { TracedProps, TraceOptions } from './services/shared/traces';
export { WorkerService, type WorkerServiceProps } from './services/worker/worker-service';

// Types that signatures of these mention.
export type { ServerSetting } from './config/postgres/server-settings';
export type { AccessLog, IAccessLogSource } from './model/capabilities/access-log-source';
export type { SecretStore } from './model/secrets/secret-store';
export type { SecretOrigin } from './model/secrets/secret';
export type { EnvironmentVariables } from './model/workload/environment-variables';
export type { ExistingVolume } from './model/workload/existing-volume';
export type { MountOptions } from './model/workload/workload-parts';
export type { BackupProgram } from './services/backup/backup-program';
export type { DrillProgram } from './services/backup/drill-program';
export type { WalReceiver } from './services/backup/wal-receiver';
export type { AlertmanagerService } from './services/monitoring/alerting/alertmanager-service';
export type { GrafanaService } from './services/monitoring/dashboards/grafana-service';
export type { AlloyService } from './services/monitoring/logs/alloy-service';
export type { LokiService } from './services/monitoring/logs/loki-service';
export type { BlackboxExporterService } from './services/monitoring/metrics/blackbox-exporter';
export type { CadvisorService } from './services/monitoring/metrics/cadvisor';
export type { NodeExporterService } from './services/monitoring/metrics/node-exporter';
export type { PrometheusService } from './services/monitoring/metrics/prometheus-service';
export type { TempoService } from './services/monitoring/traces/tempo-service';
export type { PostgresDatabaseProps } from './services/postgres/postgres-database';
export type { PostgresExporter } from './services/postgres/postgres-exporter';
