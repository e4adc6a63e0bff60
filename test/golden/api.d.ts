import type { TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';

export type Access = 'owner' | 'readWrite' | 'readOnly' | 'monitor';

export interface AccessLog {
    readonly writer: string;
    readonly fields: AccessLogFields;
    readonly objectives: readonly string[];
}

export interface AccessLogFields {
    readonly route: string;
    readonly service: string;
    readonly status: string;
    readonly duration: string;
}

export interface AlertRule {
    readonly name: string;
    readonly expr: string;
    readonly for: Duration;
    readonly severity: AlertSeverity;
    readonly labels: Readonly<Record<string, string>>;
    readonly summary: string;
    readonly description: string;
    readonly runbook?: string;
}

export type AlertSeverity = 'critical' | 'warning' | 'none';

export interface AlertmanagerOptions extends RuntimeProps {
    readonly image?: Image;
}

export declare class AlertmanagerService extends Service implements IScrapable, IAlertSource, IQueryable {
    constructor(scope: Construct, id: string, props: AlertmanagerProps);
    toScrapeTargets(): readonly ScrapeTarget[];
    toDataSource(): DataSource;
    toAlertRules(): readonly AlertRule[];
}

export interface AlloyOptions extends RuntimeProps {
    readonly image?: Image;
}

export declare class AlloyService extends Service implements IScrapable, IAlertSource {
    constructor(scope: Construct, id: string, props: AlloyProps);
    toScrapeTargets(): readonly ScrapeTarget[];
    toAlertRules(): readonly AlertRule[];
}

export interface AnswerCounts {
    readonly all: AnswerRate;
    readonly errors: AnswerRate;
    readonly timed: AnswerRate;
    readonly within: (bucket: Duration) => AnswerRate;
    readonly buckets: readonly Duration[];
}

export interface AnswerPanels {
    readonly requests: AnswerRate;
    readonly errors: AnswerRate;
    readonly durations: AnswerRate;
}

export type AnswerRate = (window: string) => string;

export declare class ApiService extends Service implements IConnectable, IRoutable, IScrapable, ITraceSource {
    readonly port: number;
    readonly migration: Job | undefined;
    constructor(scope: Construct, id: string, props: ApiServiceProps);
    connectTo(target: IConnectable, options?: ConnectOptions): void;
    toConnection(): Connection;
    toBackend(wanted?: number): Backend;
    toScrapeTargets(): readonly ScrapeTarget[];
    toTraceSources(): readonly TraceSource[];
}

export interface ApiServiceProps extends RuntimeProps, TracedProps {
    readonly image: Image;
    readonly port: number;
    readonly additionalPorts?: readonly number[];
    readonly healthCheck: HealthCheck;
    readonly command?: readonly string[];
    readonly entrypoint?: readonly string[];
    readonly replicas?: number;
    readonly migrations?: Migrations;
    readonly source?: SourceMount;
    readonly metricsPath?: string;
    readonly stopGracePeriod?: Duration;
}

export interface Assertion {
    readonly database: string;
    readonly sql: string;
}

export interface Backend {
    readonly upstreams: () => readonly string[];
    readonly network?: Network;
    readonly workload?: Workload;
}

export declare class BackupJob extends Construct implements IScrapable, IAlertSource, IDashboardSource {
    readonly program: BackupProgram;
    readonly drill: DrillProgram | undefined;
    readonly receiver: WalReceiver | undefined;
    readonly keys: ReadonlyMap<string, Secret>;
    constructor(scope: Construct, id: string, props: BackupJobProps);
    toScrapeTargets(): readonly ScrapeTarget[];
    toAlertRules(): readonly AlertRule[];
    toDashboardSubjects(): readonly DashboardSubject[];
}

export interface BackupJobProps {
    readonly source: IBackupSource;
    readonly repositories: readonly BackupRepository[];
    readonly dump?: DumpOptions;
    readonly pitr?: boolean | PitrOptions;
    readonly quiesce?: Quiesce;
    readonly files?: FilesOptions;
    readonly drill?: DrillOptions;
    readonly acceptNoDrill?: string;
    readonly check?: CheckOptions;
    readonly retention?: Retention;
    readonly acceptSameHost?: string;
    readonly webhook?: Secret;
    readonly email?: EmailOptions;
    readonly hostname?: string;
}

export declare class BackupProgram extends Service {
    readonly mounts: readonly BackupMount[];
    constructor(scope: Construct, id: string, { hostname, source, image, runAs, repositories }: BackupParts);
    keep({ archive, settings }: ArchiveParts): void;
}

export interface BackupRepository {
    readonly name: string;
    readonly url: string;
    readonly offHost: boolean;
    readonly secrets: Readonly<Record<string, Secret>>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, string | Secret>>;
    readonly options: readonly string[];
    readonly local?: {
        readonly kind: 'volume' | 'directory';
        readonly source: string;
    };
}

export declare const BackupRepository: {
    volume(options?: RepositoryName): BackupRepository;
    directory(source: string, options?: DirectoryRepositoryOptions): BackupRepository;
    s3(options: S3RepositoryOptions): BackupRepository;
    rest(options: RestRepositoryOptions): BackupRepository;
    sftp(options: SftpRepositoryOptions): BackupRepository;
};

export type BackupSource = DatabaseSource | VolumeSource;

export interface Bandwidth {
    readonly uploadPerSecond?: Size;
    readonly downloadPerSecond?: Size;
}

export interface BasicAuthUser {
    readonly user: string;
    readonly password: Secret;
}

export interface BlackboxExporterOptions extends RuntimeProps {
    readonly image?: Image;
}

export declare class BlackboxExporterService extends Service implements IScrapable, IAlertSource, IDashboardSource {
    constructor(scope: Construct, id: string, options: BlackboxExporterOptions, probes: readonly Probe[]);
    toScrapeTargets(): readonly ScrapeTarget[];
    toDashboardSubjects(): readonly DashboardSubject[];
    toAlertRules(): readonly AlertRule[];
    toProbeJob(): ProbeJob;
}

export type BuildCache = {
    readonly registry: string;
} | {
    readonly directory: string;
};

export type BuildSecret = {
    readonly file: string;
} | {
    readonly variable: string;
};

export interface BuiltImage {
    readonly kind: 'built';
    readonly contextDirectory: string;
    readonly dockerfile: string;
    readonly target?: string;
    readonly args: Readonly<Record<string, string>>;
    readonly baseImages: Readonly<Record<string, ImageReference | BuiltImage>>;
    readonly options: BuilderOptions;
}

export interface BuiltImageOptions extends BuilderOptions {
    readonly dockerfile?: string;
    readonly target?: string;
    readonly args?: Readonly<Record<string, string>>;
    readonly baseImages?: Readonly<Record<string, string | Image>>;
}

export interface CaddyOptions {
    readonly streamCloseDelay?: Duration;
    readonly reloadDrain?: Duration;
    readonly migrateConnections?: boolean;
}

export interface CadvisorOptions extends RuntimeProps {
    readonly image?: Image;
    readonly alerts?: ContainerAlertOptions;
}

export declare class CadvisorService extends Service implements IScrapable, IAlertSource, IDashboardSource {
    constructor(scope: Construct, id: string, options?: CadvisorOptions);
    observe(): void;
    toScrapeTargets(): readonly ScrapeTarget[];
    toDashboardSubjects(): readonly DashboardSubject[];
    toAlertRules(): readonly AlertRule[];
}

export interface CertificateLimits {
    readonly warning: Duration;
    readonly critical: Duration;
}

export interface CheckOptions {
    readonly schedule?: Schedule;
    readonly timeout?: Duration;
}

export interface CommandOptions extends CopyOptions {
    readonly timeout?: Duration;
}

export interface CommandReload {
    readonly by: 'command';
    readonly command: (file: string) => readonly string[];
}

export interface ConfigFile {
    readonly path: string;
    readonly content: string | Uint8Array;
    readonly executable?: boolean;
}

export declare class ConfigurationError extends Error {
    readonly name = "ConfigurationError";
    constructor(where: HasPath | undefined, message: string);
    get detail(): string;
    static isConfigurationError(x: unknown): x is ConfigurationError;
}

export interface ConnectOptions extends Pick<ConnectionRequest, 'access' | 'connectionLimit'> {
    readonly alias?: string;
    readonly export?: Readonly<Record<string, string>>;
}

export interface Connection {
    readonly alias: string;
    readonly host: string;
    readonly port: number;
    readonly properties?: Readonly<Record<string, string>>;
    readonly secrets?: Readonly<Record<string, Secret>>;
    readonly network?: Network;
    readonly startAfter?: readonly Workload[];
    readonly clearAfter?: readonly Workload[];
}

export interface ConnectionRequest {
    readonly consumer: string;
    readonly access?: Access;
    readonly connectionLimit?: number;
    readonly stopGracePeriod?: Duration;
}

export interface ContainerAlertOptions {
    readonly maxMemoryUsage?: number;
    readonly maxCpuThrottling?: number;
    readonly maxRestarts?: number;
}

export interface ContainerPatterns {
    readonly all: string;
    of(hostname: string): string;
}

export interface CopyOptions {
    readonly service: Service;
    readonly image?: Image;
    readonly directory?: string;
    readonly writable?: boolean;
}

export declare class Cpus {
    readonly count: number;
    static of(count: number): Cpus;
    private constructor();
    toString(): string;
}

export declare const DEFAULT_IMAGES: {
    readonly alertmanager: "prom/alertmanager:v0.34.0";
    readonly alloy: "grafana/alloy:v1.19.1";
    readonly blackboxExporter: "prom/blackbox-exporter:v0.28.0";
    readonly cadvisor: "ghcr.io/google/cadvisor:v0.60.5";
    readonly caddy: "caddy:2.11.7";
    readonly debian: "debian:13.2-slim";
    readonly loki: "grafana/loki:3.7.6";
    readonly grafana: "grafana/grafana:13.2.1";
    readonly nodeExporter: "prom/node-exporter:v1.12.1";
    readonly postgres: "postgres:18.6";
    readonly postgresExporter: "quay.io/prometheuscommunity/postgres-exporter:v0.20.1";
    readonly prometheus: "prom/prometheus:v3.14.0";
    readonly tempo: "grafana/tempo:2.10.8";
};

export interface DashboardSubject {
    readonly kind: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly features?: readonly string[];
}

export interface DataSource {
    readonly kind: 'prometheus' | 'loki' | 'tempo' | 'alertmanager';
    readonly url: string;
}

export declare class DataVolume extends Construct implements IBackupSource {
    static fromName(scope: Construct, id: string, name: string): ExistingVolume;
    readonly volume: Volume;
    constructor(scope: Construct, id: string, props?: DataVolumeProps);
    mountInto(service: Service, path: string, options?: MountOptions): void;
    toBackupSource(): VolumeSource;
}

export interface DataVolumeProps {
    readonly name?: string;
    readonly acceptNoBackup?: string;
}

export interface DatabaseSource {
    readonly kind: 'postgres';
    readonly name: string;
    readonly volume: Volume;
    readonly workload: Workload;
    readonly server?: {
        readonly host: string;
        readonly port: number;
        readonly majorVersion: number;
        readonly network: Network;
        readonly distribution?: Distribution;
    };
    readonly socket?: Volume;
}

export interface DeployedService {
    readonly hostname: string;
    readonly volume: string;
}

export interface DirectoryRepositoryOptions extends RepositoryName, Bandwidth {
    readonly offHost?: boolean;
}

export type Distribution = 'debian' | 'alpine';

export interface DrillOptions {
    readonly schedule?: Schedule;
    readonly timeout?: Duration;
    readonly assertions?: readonly Assertion[];
    readonly minTables?: number;
    readonly minFiles?: number;
    readonly sqlite?: readonly string[];
}

export declare class DrillProgram extends Service {
    constructor(scope: Construct, id: string, { hostname, source, image, runAs }: BackupParts);
    shareWith(program: BackupProgram): void;
}

export interface DumpOptions {
    readonly schedule?: Schedule;
    readonly databases?: readonly string[];
    readonly timeout?: Duration;
}

export declare class Duration {
    static millis(amount: number): Duration;
    static seconds(amount: number): Duration;
    static minutes(amount: number): Duration;
    static hours(amount: number): Duration;
    static days(amount: number): Duration;
    static parse(text: string): Duration;
    private constructor();
    toMillis(): number;
    toSeconds(options?: {
        readonly integral?: boolean;
    }): number;
    toGoString(): string;
    plus(other: Duration): Duration;
    times(factor: number): Duration;
    isZero(): boolean;
    toString(): string;
}

export interface EdgeListeners {
    readonly address?: string;
    readonly http?: number;
    readonly https?: number;
}

export interface EmailOptions {
    readonly from: string;
    readonly to: readonly string[];
    readonly server: string;
    readonly port?: number;
    readonly tls?: 'starttls' | 'implicit' | 'none';
    readonly user?: string;
    readonly password?: Secret;
}

export declare class Engine implements Platform {
    readonly options: EngineOptions;
    readonly name = "Docker Engine";
    readonly localAddress: string;
    readonly commands: PlatformCommands;
    readonly logs: LogDelivery;
    readonly policies: readonly Policy[];
    constructor(options?: EngineOptions);
    get place(): string | undefined;
    prepare(stack: Construct): void;
    createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network;
    createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume;
    createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload;
    tierToPublish({ spec }: Network): Tier | undefined;
    containerPatterns(stackName: string): ContainerPatterns;
    deployedLabels(scope: Construct, service: DeployedService): ReadonlyMap<string, string> | undefined;
}

export interface EngineOptions {
    readonly host?: string;
    readonly sshOptions?: readonly string[];
    readonly certificates?: string;
    readonly providerVersion?: string;
    readonly swapAccounting?: boolean;
    readonly isolatedGateways?: boolean;
    readonly registries?: readonly RegistryCredentials[];
    readonly ephemeralPasswords?: boolean;
}

export interface Environment {
    readonly name: string;
    readonly platform: Platform;
    readonly tls?: Tls;
    readonly keepData?: boolean;
    readonly sourceMounts?: boolean;
    readonly labels?: Readonly<Record<string, string>>;
    readonly requireImageDigests?: boolean;
    readonly imageMirrors?: ImageMirrors;
}

export declare class EnvironmentStack extends TerraformStack {
    readonly context: StackContext;
    static of(construct: IConstruct): EnvironmentStack;
    constructor(scope: Construct, props: EnvironmentStackProps);
    get stackName(): string;
    get environment(): Environment;
    network(tier: Tier): Network;
    beforeRender(callback: () => void): void;
    prepareStack(): void;
    runAllValidations(): void;
    toTerraform(): unknown;
}

export interface EnvironmentStackProps extends SystemSettings {
    readonly system: string;
    readonly environment: Environment;
    readonly backend?: (stack: TerraformStack) => void;
    readonly secretsDirectory?: string;
    readonly encryptedSecretsDirectory?: string;
    readonly volumesFile?: string;
    readonly egress?: boolean;
}

export declare class EnvironmentVariables {
    constructor(owner: IConstruct, assertOpen: () => void);
    add(key: string, value: string): void;
    addAll(values: Readonly<Record<string, string>>): void;
    own(values: Readonly<Record<string, string | undefined>>, instead: string): void;
    export(key: string, secret: string): void;
    entries(): readonly (readonly [
        string,
        string
    ])[];
}

export declare class ExistingVolume extends Construct {
    readonly volume: Volume;
    constructor(scope: Construct, id: string, name: string);
    mountInto(service: Service, path: string, options?: MountOptions): void;
}

export interface FileDiscovery {
    readonly by: 'files';
    readonly files: (model: ProxyModel) => readonly NeighbourFile[];
}

export interface FilesOptions {
    readonly schedule?: Schedule;
    readonly timeout?: Duration;
    readonly user?: string;
    readonly image?: Image;
}

export interface GrafanaOptions extends RuntimeProps {
    readonly image?: Image;
    readonly dashboards?: readonly string[];
}

export declare class GrafanaService extends Service implements IRoutable, IScrapable {
    readonly adminPassword: Secret;
    constructor(scope: Construct, id: string, options?: GrafanaOptions);
    toBackend(wanted?: number): Backend;
    toScrapeTargets(): readonly ScrapeTarget[];
    show({ sources, scrapeInterval, charts }: Shown): void;
}

export declare class HealthCheck {
    readonly test: readonly string[];
    static command(command: readonly string[], options?: HealthCheckOptions): HealthCheck;
    static shell(line: string, options?: HealthCheckOptions): HealthCheck;
    static http(target: HttpHealthCheckTarget, options?: HealthCheckOptions): HealthCheck;
    readonly interval: Duration;
    readonly timeout: Duration;
    readonly retries: number;
    readonly startPeriod: Duration;
    private constructor();
    startTimeout(): Duration;
}

export interface HealthCheckOptions {
    readonly interval?: Duration;
    readonly timeout?: Duration;
    readonly retries?: number;
    readonly startPeriod?: Duration;
}

export interface HostAlertOptions extends ContainerAlertOptions {
    readonly minFreeDisk?: number;
    readonly minAvailableMemory?: number;
}

export type HttpClient = 'curl' | 'wget' | 'python' | 'node';

export interface HttpHealthCheckTarget {
    readonly port: number;
    readonly path?: string;
    readonly client: HttpClient;
    readonly host?: string;
}

export interface IAccessLogSource {
    toAccessLogs(): readonly AccessLog[];
}

export interface IAlertSource {
    toAlertRules(): readonly AlertRule[];
}

export interface IBackupSource {
    toBackupSource(): BackupSource;
}

export interface IConnectable {
    toConnection(request: ConnectionRequest): Connection;
}

export interface IDashboardSource {
    toDashboardSubjects(): readonly DashboardSubject[];
}

export interface IExporterSource {
    toExporter(scope: Construct): IConstruct;
}

export interface IProbeSource {
    toProbes(): readonly Probe[];
}

export interface IQueryable {
    toDataSource(): DataSource;
}

export interface IRoutable {
    toBackend(port?: number): Backend;
}

export interface IScrapable {
    toScrapeTargets(): readonly ScrapeTarget[];
}

export interface ITraceSource {
    toTraceSources(): readonly TraceSource[];
}

export type Image = PulledImage | BuiltImage;

export declare const Image: {
    of(reference: string, options?: PulledImageOptions): PulledImage;
    build(contextDirectory: string, options?: BuiltImageOptions): BuiltImage;
};

export type ImageMirrors = Readonly<Record<string, string>>;

export declare class ImageReference {
    readonly registry: string;
    readonly repository: string;
    readonly tag: string | undefined;
    readonly digest: string | undefined;
    static parse(text: string): ImageReference;
    private constructor();
    get canonicalName(): string;
    get familiarName(): string;
    toString(): string;
}

export declare class Job extends Service {
    constructor(scope: Construct, id: string, props: JobProps);
}

export interface JobProps extends Omit<RuntimeProps, 'alerts'> {
    readonly image: Image;
    readonly command?: readonly string[];
    readonly entrypoint?: readonly string[];
    readonly timeout?: Duration;
    readonly afterRestore?: 'run' | 'skip';
    readonly tier?: Tier;
}

export interface LatencyObjective {
    readonly target: number;
    readonly threshold: Duration;
}

export interface LogDelivery {
    readonly defaultTransport: LogTransport;
    ports(path: LogTransport, port: number): readonly PublishedPort[];
    tagPattern(stackName: string): string;
}

export type LogDriver = LogTransport;

export declare const LogDriver: {
    splunk(options?: LogPortOptions): LogDriver;
    fluentd(options?: LogPortOptions): LogDriver;
    files(options?: LogFilesOptions): LogDriver;
};

export interface LogFilesOptions {
    readonly directory?: string;
}

export interface LogPortOptions {
    readonly port?: number;
}

export interface LogRotation {
    readonly maxSize: Size;
    readonly maxFiles: number;
}

export type LogTransport = {
    readonly kind: 'hec';
    readonly port: number;
} | {
    readonly kind: 'forward';
    readonly port: number;
} | {
    readonly kind: 'files';
    readonly directory: string;
};

export interface LogsAndTracesProps {
    readonly logDriver?: LogTransport | false;
    readonly loki?: LokiOptions;
    readonly alloy?: AlloyOptions;
    readonly tempo?: TempoOptions | false;
}

export interface LokiOptions extends RuntimeProps {
    readonly image?: Image;
    readonly retention?: Duration;
    readonly retentionSize?: Size;
}

export declare class LokiService extends Service implements IScrapable, IAlertSource, IQueryable {
    constructor(scope: Construct, id: string, options?: LokiOptions);
    get url(): string;
    toScrapeTargets(): readonly ScrapeTarget[];
    toDataSource(): DataSource;
    toAlertRules(): readonly AlertRule[];
}

export interface Migrations {
    readonly command: readonly string[];
    readonly timeout?: Duration;
}

export declare class MonitoringStack extends Construct {
    readonly prometheus: PrometheusService;
    readonly alertmanager: AlertmanagerService | undefined;
    readonly nodeExporter: NodeExporterService | undefined;
    readonly loki: LokiService | undefined;
    readonly tempo: TempoService | undefined;
    readonly alloy: AlloyService | undefined;
    readonly cadvisor: CadvisorService | undefined;
    readonly grafana: GrafanaService | undefined;
    constructor(scope: Construct, id: string, props?: MonitoringStackProps);
    get blackboxExporter(): BlackboxExporterService | undefined;
    watch(scrapable: IScrapable): void;
}

export interface MonitoringStackProps extends LogsAndTracesProps {
    readonly notifications?: readonly Notification[];
    readonly heartbeat?: Secret;
    readonly scrapeInterval?: Duration;
    readonly rules?: readonly AlertRule[];
    readonly ruleFiles?: readonly string[];
    readonly runbooks?: string;
    readonly prometheus?: PrometheusOptions;
    readonly alertmanager?: AlertmanagerOptions;
    readonly nodeExporter?: NodeExporterOptions | false;
    readonly cadvisor?: CadvisorOptions | false;
    readonly blackboxExporter?: BlackboxExporterOptions | false;
    readonly grafana?: GrafanaOptions | false;
}

export interface MountOptions {
    readonly readOnly?: boolean;
}

export interface NameDiscovery {
    readonly by: 'dns' | 'reload';
}

export declare abstract class Network extends Construct {
    readonly spec: NetworkSpec;
    abstract readonly reference: string;
    constructor(scope: Construct, id: string, spec: NetworkSpec);
    get name(): string;
}

export interface NetworkSpec {
    readonly name: string;
    readonly tier: Tier;
    readonly internal: boolean;
}

export interface NodeExporterOptions extends RuntimeProps {
    readonly image?: Image;
    readonly alerts?: HostAlertOptions;
}

export declare class NodeExporterService extends Service implements IScrapable, IAlertSource, IDashboardSource {
    constructor(scope: Construct, id: string, options?: NodeExporterOptions);
    toScrapeTargets(): readonly ScrapeTarget[];
    toDashboardSubjects(): readonly DashboardSubject[];
    toAlertRules(): readonly AlertRule[];
}

export interface Notification {
    readonly channel: () => Channel;
    readonly secrets: readonly Secret[];
    readonly options: NotificationOptions;
}

export declare const Notification: {
    email(options: EmailOptions & NotificationOptions): Notification;
    slack(options: SlackOptions): Notification;
    webhook(options: WebhookOptions): Notification;
};

export interface NotificationOptions {
    readonly severities?: readonly Exclude<AlertSeverity, 'none'>[];
    readonly quietHours?: QuietHours;
    readonly repeatEvery?: Duration;
}

export interface Observation {
    readonly logTransport?: LogTransport;
    readonly measured?: boolean;
}

export interface PitrOptions {
    readonly schedule?: Schedule;
    readonly window?: Duration;
    readonly copySchedule?: Schedule;
    readonly timeout?: Duration;
}

export interface Platform {
    readonly name: string;
    readonly place?: string;
    readonly localAddress: string;
    readonly commands: PlatformCommands;
    readonly logs: LogDelivery;
    readonly policies: readonly Policy[];
    prepare(stack: Construct): void;
    createNetwork(scope: Construct, id: string, spec: NetworkSpec): Network;
    createVolume(scope: Construct, id: string, spec: VolumeSpec): Volume;
    createWorkload(scope: Construct, id: string, spec: WorkloadSpec): Workload;
    tierToPublish(network: Network): Tier | undefined;
    containerPatterns(stackName: string): ContainerPatterns;
    deployedLabels(scope: Construct, service: DeployedService): ReadonlyMap<string, string> | undefined;
}

export interface PlatformCommands {
    containers(service: string): string;
    inspect(service: string): string;
    logs(service: string): string;
    usage(): string;
    diskUsage(): string;
    volumeUsers(volume: string): string;
}

export interface Policy {
    readonly name: string;
    check(subject: PolicySubject): readonly {
        readonly path: string;
        readonly message: string;
    }[];
}

export interface PolicySubject {
    readonly resources: readonly RenderedResource[];
    readonly requireImageDigests: boolean;
}

export interface PostgresAlertOptions extends ContainerAlertOptions {
    readonly maxConnections?: number;
    readonly maxTransactionDuration?: Duration;
    readonly maxRetainedWal?: Size;
    readonly maxDeadRows?: number;
}

export declare class PostgresDatabase extends Construct implements IConnectable {
    readonly name: string;
    readonly extensions: readonly string[];
    constructor(scope: Construct, id: string, props: PostgresDatabaseProps);
    toConnection(request: ConnectionRequest): Connection;
    hasConsumer(name: string): boolean;
}

export interface PostgresDatabaseOptions {
    readonly extensions?: readonly string[];
}

export interface PostgresDatabaseProps extends PostgresDatabaseOptions {
    readonly server: PostgresService;
    readonly name: string;
}

export declare class PostgresExporter extends Service implements IScrapable, IAlertSource, IDashboardSource {
    constructor(scope: Construct, id: string, { of, alerts }: PostgresExporterProps);
    toScrapeTargets(): readonly ScrapeTarget[];
    toDashboardSubjects(): readonly DashboardSubject[];
    toAlertRules(): readonly AlertRule[];
}

export declare class PostgresService extends Service implements IConnectable, IBackupSource, IExporterSource {
    readonly majorVersion: number;
    readonly data: Volume;
    readonly socket: Volume;
    readonly database: PostgresDatabase;
    constructor(scope: Construct, id: string, props?: PostgresServiceProps);
    addDatabase(name: string, options?: PostgresDatabaseOptions): PostgresDatabase;
    claimRole(name: string, role: IConstruct): void;
    toConnection(request: ConnectionRequest): Connection;
    toBackupSource(): DatabaseSource;
    toExporter(scope: Construct): PostgresExporter;
}

export interface PostgresServiceProps extends RuntimeProps, PostgresDatabaseOptions {
    readonly image?: Image;
    readonly majorVersion?: number;
    readonly database?: string;
    readonly settings?: Readonly<Record<string, ServerSetting>>;
    readonly distribution?: Distribution;
    readonly shmSize?: Size;
    readonly initScripts?: string;
    readonly initdbArguments?: readonly string[];
    readonly initTimeout?: Duration;
    readonly acceptNoBackup?: string;
    readonly alerts?: PostgresAlertOptions;
}

export interface Probe {
    readonly url: string;
    readonly target: string;
    readonly host: string;
    readonly service: string;
    readonly tls: Tls;
    readonly certificateLimits?: CertificateLimits;
    readonly certificate?: Secret;
    readonly network?: Network;
}

export interface PrometheusOptions extends RuntimeProps {
    readonly image?: Image;
    readonly retention?: Duration;
    readonly retentionSize?: Size;
}

export declare class PrometheusService extends Service implements IScrapable, IQueryable {
    constructor(scope: Construct, id: string, props: PrometheusProps);
    toScrapeTargets(): readonly ScrapeTarget[];
    toDataSource(): DataSource;
    ownAlerts(hasAlertmanager: boolean): readonly AlertRule[];
}

export interface ProxyEngine {
    readonly name: string;
    readonly defaultImage: string;
    readonly user: string;
    readonly features: ReadonlySet<ProxyFeature>;
    readonly configDirectory: string;
    readonly configFile: string;
    readonly command: readonly string[];
    readonly reload: ProxyReload;
    readonly upstreams: UpstreamDiscovery;
    readonly sysctls?: Readonly<Record<string, string>>;
    readonly capabilities: readonly string[];
    readonly dataDirectory: string;
    readonly scratchDirectories: readonly string[];
    readonly probe: readonly string[];
    readonly render: (model: ProxyModel) => string;
    readonly logFields: AccessLogFields;
    readonly metrics: ProxyMetrics;
    readonly certificateLimits?: Readonly<Partial<Record<Tls['kind'], CertificateLimits>>>;
}

export declare const ProxyEngine: {
    caddy(options?: CaddyOptions): ProxyEngine;
};

export type ProxyFeature = 'rate-limit';

export interface ProxyMetrics {
    readonly answers: (job: string) => AnswerCounts;
    readonly panels: (job: string) => AnswerPanels;
}

export interface ProxyModel {
    readonly httpPort: number;
    readonly httpsPort: number;
    readonly publicHttpsPort?: number;
    readonly tls: Tls;
    readonly http3: boolean;
    readonly redirectHttp: boolean;
    readonly accessLog: boolean;
    readonly metrics?: {
        readonly port: number;
        readonly path: string;
    };
    readonly gracePeriod: Duration;
    readonly trustedProxies?: readonly string[];
    readonly sites: readonly Site[];
}

export type ProxyReload = CommandReload | SignalReload;

export interface PublishedPort {
    readonly container: number;
    readonly host: number;
    readonly address: string;
    readonly protocol: 'tcp' | 'udp';
}

export interface PulledImage {
    readonly kind: 'pulled';
    readonly reference: ImageReference;
    readonly platform?: string;
}

export interface PulledImageOptions {
    readonly platform?: string;
}

export type Quiesce = {
    readonly kind: 'stop';
    readonly services: readonly Service[];
    readonly timeout: Duration;
} | ({
    readonly kind: 'command';
    readonly command: readonly string[];
    readonly timeout: Duration;
} & CopyOptions) | {
    readonly kind: 'none';
    readonly reason: string;
};

export declare const Quiesce: {
    stop(services: Service | readonly Service[], options?: StopOptions): Quiesce;
    command(command: readonly string[], options: CommandOptions): Quiesce;
    none(reason: string): Quiesce;
};

export interface QuietHours {
    readonly from: string;
    readonly to: string;
    readonly timeZone?: string;
}

export interface RateLimit {
    readonly requests: number;
    readonly per: Duration;
    readonly burst?: number;
    readonly required?: boolean;
}

export interface RegistryCredentials {
    readonly address: string;
    readonly username?: string;
    readonly passwordVariable?: string;
}

export type Relabelling = {
    readonly action: 'keep' | 'drop';
    readonly source: readonly string[];
    readonly pattern: string;
} | {
    readonly action: 'replace';
    readonly source: readonly string[];
    readonly pattern: string;
    readonly label: string;
    readonly text: string;
};

export interface ReloadableConfig {
    readonly directory: string;
    readonly fileName: string;
    readonly render: () => RenderedConfig;
    readonly after: () => readonly Workload[];
    readonly reload: (stagedPath: string) => readonly string[];
    readonly signal?: string;
}

export interface RenderedConfig {
    readonly content: string;
    readonly followed?: readonly NeighbourFile[];
    readonly companions?: readonly NeighbourFile[];
}

export interface RenderedResource {
    readonly type: string;
    readonly id: string;
    readonly path: string;
    readonly attributes: {
        readonly [key: string]: TerraformValue;
    };
}

export interface RepositoryName {
    readonly name?: string;
}

export interface RestRepositoryOptions extends RepositoryName, Bandwidth {
    readonly url: string;
    readonly user: string;
    readonly password: Secret;
}

export interface Retention {
    readonly last?: number;
    readonly hourly?: number;
    readonly daily?: number;
    readonly weekly?: number;
    readonly monthly?: number;
    readonly yearly?: number;
}

export declare class ReverseProxy extends Service implements IAccessLogSource, IAlertSource, IDashboardSource, IProbeSource, IScrapable {
    constructor(scope: Construct, id: string, props?: ReverseProxyProps);
    addRoute(target: IRoutable, options?: RouteOptions): void;
    toScrapeTargets(): readonly ScrapeTarget[];
    toAccessLogs(): readonly AccessLog[];
    toProbes(): readonly Probe[];
    toAlertRules(): readonly AlertRule[];
    toDashboardSubjects(): readonly DashboardSubject[];
}

export interface ReverseProxyProps extends RuntimeProps {
    readonly engine?: ProxyEngine;
    readonly image?: Image;
    readonly tls?: Tls;
    readonly http3?: boolean;
    readonly securityHeaders?: Readonly<Record<string, string | null>>;
    readonly compression?: boolean;
    readonly accessLog?: boolean;
    readonly maintenance?: {
        readonly message: string;
        readonly retryAfter: Duration;
    };
    readonly objective?: ServiceLevelObjective;
    readonly trustedProxies?: readonly string[];
}

export interface RouteOptions {
    readonly host?: string;
    readonly path?: string;
    readonly port?: number;
    readonly stripPrefix?: boolean;
    readonly maxRequestBody?: Size;
    readonly compression?: boolean;
    readonly connectTimeout?: Duration;
    readonly responseTimeout?: Duration;
    readonly basicAuth?: readonly BasicAuthUser[];
    readonly allow?: readonly string[];
    readonly rateLimit?: RateLimit;
    readonly objective?: ServiceLevelObjective;
    readonly probe?: string | false;
    readonly requestHeaders?: Readonly<Record<string, string | null>>;
    readonly responseHeaders?: Readonly<Record<string, string | null>>;
}

export interface RuntimeProps {
    readonly hostname?: string;
    readonly memory?: Size;
    readonly cpus?: Cpus;
    readonly pidsLimit?: number;
    readonly ulimits?: readonly Ulimit[];
    readonly user?: string;
    readonly readOnlyRootFilesystem?: boolean;
    readonly tmpfs?: readonly TmpfsMount[];
    readonly capabilities?: readonly string[];
    readonly stopGracePeriod?: Duration;
    readonly logs?: LogRotation;
    readonly environment?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly alerts?: ContainerAlertOptions;
}

export interface S3RepositoryOptions extends RepositoryName, Bandwidth {
    readonly endpoint: string;
    readonly bucket: string;
    readonly prefix?: string;
    readonly region?: string;
    readonly accessKeyId: Secret;
    readonly secretAccessKey: Secret;
}

export declare const SECURITY_HEADERS: Headers;

export declare class Schedule {
    readonly timeZone: string;
    static cron(expression: string, options?: ScheduleOptions): Schedule;
    static hourly(options?: ScheduleOptions & {
        readonly minute?: number;
    }): Schedule;
    static daily(options: ScheduleOptions & {
        readonly at: string;
    }): Schedule;
    static weekly(options: ScheduleOptions & {
        readonly on: string;
        readonly at: string;
    }): Schedule;
    readonly fields: ScheduleFields;
    private constructor();
    longestGap(): Duration;
    toString(): string;
}

export interface ScheduleOptions {
    readonly timeZone?: string;
}

export interface ScrapeTarget {
    readonly job: string;
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly network?: Network;
    readonly workload?: Workload;
    readonly relabel?: readonly Relabelling[];
    readonly honorTimestamps?: boolean;
}

export declare class Secret extends Construct {
    readonly props: SecretProps;
    readonly name: string;
    constructor(scope: Construct, id: string, props?: SecretProps);
    get origin(): SecretOrigin;
    toString(): string;
    toJSON(): string;
}

export type SecretOrigin = 'generated' | 'supplied' | 'derived' | 'bcrypt' | 'file';

export type SecretPart = string | {
    readonly secret: Secret;
    readonly encode?: 'none' | 'uri';
};

export interface SecretProps {
    readonly name?: string;
    readonly description?: string;
    readonly origin?: SecretOrigin;
    readonly length?: number;
    readonly parts?: readonly SecretPart[];
    readonly source?: Secret;
    readonly file?: string;
}

export declare class SecretStore {
    readonly directory: string;
    readonly encryptedDirectory: string | undefined;
    constructor(props: SecretStoreProps);
    pathOf(name: string): string;
    has(name: string): boolean;
    hasEncrypted(name: string): boolean;
    fingerprint(name: string): string;
    fingerprintOf(names: readonly string[]): string;
    create(name: string, options?: SecretTextOptions): 'created' | 'kept';
    set(name: string, value: string | Buffer): void;
    assertUsable(name: string, uses: readonly SecretUse[]): void;
    redactor(names: readonly string[]): (text: string) => string;
    rotate(name: string, options?: SecretTextOptions): void;
    compose(name: string, parts: readonly ComposedPart[]): void;
    composeBcrypt(name: string, fromSecret: string): void;
    decryptMissing(names: readonly string[]): readonly DecryptionResult[];
    encrypt(names: readonly string[], recipients: readonly string[]): readonly EncryptionResult[];
}

export type ServerSetting = string | number | boolean | Duration | Size;

export declare abstract class Service extends Construct {
    readonly hostname: string;
    readonly network: Network;
    readonly workload: Workload;
    readonly listens: boolean;
    readonly containerAlerts: ContainerAlertOptions;
    protected constructor(scope: Construct, id: string, tier: Tier, spec: ServiceSpec);
    connectTo(target: IConnectable, options?: ConnectOptions): void;
    connectAs(consumer: string, target: IConnectable, options?: ConnectOptions): void;
    addEnvironment(key: string, value: string): void;
    addSecret(secret: Secret): string;
    addFile(file: ConfigFile): void;
    addVolume(volume: MountableVolume, path: string, options?: MountOptions): void;
    addBindMount(source: string, path: string, options?: MountOptions): void;
    protected follow({ network, startAfter, clearAfter }: Connection): void;
}

export interface ServiceLevelObjective {
    readonly availability?: number;
    readonly latency?: LatencyObjective;
    readonly window?: Duration;
}

export interface ServiceSpec extends Pick<WorkloadSpec, Stating>, Partial<Omit<WorkloadSpec, Stating>> {
    readonly listens?: boolean;
    readonly isolated?: boolean;
    readonly alerts?: ContainerAlertOptions;
}

export interface SftpRepositoryOptions extends RepositoryName, Bandwidth {
    readonly host: string;
    readonly port?: number;
    readonly user: string;
    readonly path: string;
    readonly privateKey: Secret;
    readonly knownHosts: string | Secret;
}

export interface SignalReload {
    readonly by: 'signal';
    readonly signal: string;
    readonly check: (file: string) => readonly string[];
}

export declare class Size {
    static bytes(amount: number): Size;
    static kibibytes(amount: number): Size;
    static mebibytes(amount: number): Size;
    static gibibytes(amount: number): Size;
    static parse(text: string): Size;
    private constructor();
    toBytes(): number;
    toMebibytes(): number;
    toShortString(): string;
    toString(): string;
}

export interface SlackOptions extends NotificationOptions {
    readonly webhook: Secret;
    readonly channel?: string;
}

export interface SourceMount {
    readonly directory: string;
    readonly path: string;
    readonly command?: readonly string[];
}

export interface StackContext {
    readonly root: IConstruct;
    readonly system: string;
    readonly environment: Environment;
    readonly settings: SystemSettings;
    readonly stackName: string;
    readonly localState: string | undefined;
    readonly secretStore: SecretStore;
    readonly egress: boolean;
    readonly volumesFile: string;
    readonly secrets: readonly Secret[];
    readonly services: readonly Service[];
    readonly backedUpVolumes: readonly Volume[];
    readonly volumeNames: VolumeNames;
    readonly backups: readonly BackupRecord[];
    readonly urls: readonly string[];
    network(tier: Tier): Network;
    addSecret(secret: Secret): void;
    addService(service: Service): void;
    addBackedUpVolume(volume: Volume): void;
    addBackup(record: () => BackupRecord | undefined): void;
    beforeRender(callback: () => void): void;
    addUrl(url: string): void;
}

export interface StopOptions {
    readonly timeout?: Duration;
}

export interface SystemSettings {
    readonly domain?: string;
    readonly edge?: EdgeListeners;
    readonly expose?: Readonly<Record<string, number>>;
    readonly replicas?: Readonly<Record<string, number>>;
}

export interface TempoOptions extends RuntimeProps {
    readonly image?: Image;
    readonly retention?: Duration;
    readonly retentionSize?: Size;
}

export declare class TempoService extends Service implements IScrapable, IAlertSource, IQueryable {
    constructor(scope: Construct, id: string, options?: TempoOptions);
    get intake(): string;
    get url(): string;
    toScrapeTargets(): readonly ScrapeTarget[];
    toDataSource(): DataSource;
    toAlertRules(): readonly AlertRule[];
}

export type Tier = 'edge' | 'app' | 'data' | 'monitoring' | 'access' | 'egress';

export declare const Tier: {
    readonly EDGE: "edge";
    readonly APP: "app";
    readonly DATA: "data";
    readonly MONITORING: "monitoring";
    readonly ACCESS: "access";
    readonly EGRESS: "egress";
};

export type Tls = TlsOff | TlsInternal | TlsAcme | TlsFiles;

export declare const Tls: {
    off(): TlsOff;
    internal(): TlsInternal;
    acme(options: TlsAcmeOptions): TlsAcme;
    files(options: TlsFilesOptions): TlsFiles;
};

export interface TlsAcme {
    readonly kind: 'acme';
    readonly email: string;
    readonly staging: boolean;
}

export interface TlsAcmeOptions {
    readonly email: string;
    readonly staging?: boolean;
}

export interface TlsFiles {
    readonly kind: 'files';
    readonly certificate: string;
    readonly key: string;
}

export interface TlsFilesOptions {
    readonly certificate: string;
    readonly key: string;
}

export interface TlsInternal {
    readonly kind: 'internal';
}

export interface TlsOff {
    readonly kind: 'off';
}

export interface TmpfsMount {
    readonly path: string;
    readonly size?: Size;
    readonly mode?: string;
}

export interface TraceOptions {
    readonly sampleRatio?: number;
}

export interface TraceSource {
    readonly service: string;
    readonly network: Network;
    readonly workload: Workload;
    readonly sampleRatio: number;
}

export interface TracedProps {
    readonly traces?: TraceOptions | boolean;
}

export interface Ulimit {
    readonly name: string;
    readonly hard: number;
    readonly soft?: number;
}

export type UpstreamDiscovery = FileDiscovery | NameDiscovery;

export declare abstract class Volume extends Construct {
    readonly spec: VolumeSpec;
    abstract readonly reference: string;
    constructor(scope: Construct, id: string, spec: VolumeSpec);
}

export interface VolumeSource {
    readonly kind: 'volume';
    readonly name: string;
    readonly volume: Volume;
}

export interface VolumeSpec {
    readonly name: string;
    readonly declared?: string;
    readonly external?: boolean;
    readonly keep: boolean;
    readonly data: boolean;
}

export declare class WalReceiver extends Service {
    constructor(scope: Construct, id: string, { hostname, source, image, runAs, archive, settings }: ReceiverParts);
}

export interface WebhookOptions extends NotificationOptions {
    readonly url: Secret;
}

export declare class WorkerService extends Service implements ITraceSource {
    constructor(scope: Construct, id: string, props: WorkerServiceProps);
    toTraceSources(): readonly TraceSource[];
}

export interface WorkerServiceProps extends RuntimeProps, TracedProps {
    readonly image: Image;
    readonly command?: readonly string[];
    readonly entrypoint?: readonly string[];
    readonly healthCheck?: HealthCheck;
    readonly replicas?: number;
    readonly overlap?: boolean;
}

export declare abstract class Workload extends Construct {
    readonly spec: WorkloadSpec;
    readonly variables: EnvironmentVariables;
    readonly statedPath: string | undefined;
    constructor(scope: Construct, id: string, spec: WorkloadSpec);
    abstract upstreamHosts(): readonly string[];
    abstract discoveryName(hostname: string): string;
    protected abstract renderResources(): void;
    render(): void;
    joinNetwork(network: Network, ...aliases: readonly string[]): void;
    addVolume(volume: Volume, path: string, options?: MountOptions): void;
    addBindMount(source: string, path: string, options?: MountOptions): void;
    addSecret(secret: Secret): string;
    exportSecret(key: string, secret: Secret): void;
    addFile(file: ConfigFile): void;
    addReloadable(config: ReloadableConfig): void;
    observe(observation: Observation): void;
    startAfter(...others: readonly Workload[]): void;
    clearAfter(other: Workload): void;
    get networks(): readonly Membership[];
    get volumeMounts(): readonly VolumeMount[];
    get bindMounts(): readonly BindMount[];
    get secrets(): readonly SecretFile[];
    get secretExports(): ReadonlyMap<string, Secret>;
    get configFiles(): readonly ConfigFile[];
    get reloadableConfigs(): readonly ReloadableConfig[];
    get observation(): Observation;
    get startsAfter(): readonly Workload[];
    get clearsAfter(): readonly Workload[];
    get follows(): readonly Workload[];
    get stopsFirst(): boolean;
}

export interface WorkloadSpec {
    readonly kind: 'service' | 'job';
    readonly hostname: string;
    readonly image: Image;
    readonly entrypoint?: readonly string[];
    readonly command?: readonly string[];
    readonly workingDirectory?: string;
    readonly user?: string;
    readonly readOnlyRootFilesystem: boolean;
    readonly tmpfs: readonly TmpfsMount[];
    readonly capabilities: readonly string[];
    readonly memory: Size;
    readonly cpus: Cpus;
    readonly pidsLimit?: number;
    readonly ulimits?: readonly Ulimit[];
    readonly shmSize?: Size;
    readonly healthCheck?: HealthCheck;
    readonly stopSignal?: string;
    readonly stopGracePeriod: Duration;
    readonly logs: LogRotation;
    readonly replicas: number;
    readonly onEachHost?: boolean;
    readonly ports: readonly PublishedPort[];
    readonly replacement?: 'cutover' | 'stop-first';
    readonly healthTimeout: Duration;
    readonly afterRestore?: 'run' | 'skip';
    readonly ownedPaths: readonly string[];
    readonly sysctls?: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
}

export declare function renderAlertRules(group: string, rules: readonly AlertRule[]): string;

export declare function stableDocument(synthesized: string): unknown;

export declare function stackContext(construct: IConstruct): StackContext;

export declare function staticUpstreams(...upstreams: readonly string[]): IRoutable;

// Without a name in the index, but part of what has one.

interface AlertmanagerProps extends AlertmanagerOptions {
    readonly notifications: readonly Notification[];
    readonly heartbeat: Secret | undefined;
}

interface AlloyLogs {
    readonly path: LogTransport;
    readonly system: string;
    readonly environment: string;
    readonly tagPattern: string;
    readonly proxies: readonly LoggedProxy[];
    readonly loki: string;
}

interface AlloyModel {
    readonly logs: AlloyLogs | undefined;
    readonly traces: AlloyTraces | undefined;
}

interface AlloyProps extends AlloyOptions {
    readonly model: () => AlloyModel;
}

interface AlloyTraces {
    readonly tempo: string;
}

interface ArchiveParts {
    readonly archive: DataVolume;
    readonly settings: string;
}

interface BackedJob {
    readonly hostname: string;
    readonly afterRestore: 'run' | 'skip';
}

interface BackedServer {
    readonly majorVersion: number;
    readonly superuser: string;
    readonly user: string;
    readonly command: readonly string[];
    readonly network: string;
    readonly socket: {
        readonly volume: string;
        readonly path: string;
    };
    readonly memoryMebibytes: number;
    readonly sharedMemoryMebibytes?: number;
    readonly pidsLimit: number;
    readonly mountPath: string;
    readonly directory: string;
}

interface BackedVolume {
    readonly name: string;
    readonly declared: string;
}

interface BackupFile {
    readonly repositories: readonly BackupPlace[];
    readonly jobs: Readonly<Record<string, unknown>>;
}

interface BackupMount {
    readonly repository: string;
    readonly kind: 'volume' | 'directory';
    readonly source: string;
    readonly path: string;
}

interface BackupParts {
    readonly hostname: string;
    readonly source: BackupSource;
    readonly image: Image;
    readonly runAs: BackupUser;
    readonly repositories: readonly BackupRepository[];
}

interface BackupPlace {
    readonly name: string;
    readonly url: string;
    readonly password: string;
    readonly secrets: Readonly<Record<string, string>>;
    readonly files?: Readonly<Record<string, {
        readonly text?: string;
        readonly secret?: string;
    }>>;
}

type BackupRecord = ServerRecord | VolumeRecord;

interface BackupUser {
    readonly user: string;
    readonly capabilities: readonly string[];
    readonly owner?: string;
}

interface BindMount {
    readonly source: string;
    readonly path: string;
    readonly readOnly: boolean;
}

interface BuilderOptions {
    readonly labels?: Readonly<Record<string, string>>;
    readonly platform?: string;
    readonly secrets?: Readonly<Record<string, BuildSecret>>;
    readonly ssh?: Readonly<Record<string, string>>;
    readonly contexts?: Readonly<Record<string, string>>;
    readonly cacheFrom?: readonly BuildCache[];
    readonly cacheTo?: readonly BuildCache[];
}

type Channel = {
    readonly kind: 'email';
    readonly email: EmailSettings;
} | {
    readonly kind: 'slack';
    readonly urlFile: string;
    readonly channel: string | undefined;
} | {
    readonly kind: 'webhook';
    readonly urlFile: string;
};

interface CommonRecord {
    readonly hostname: string;
    readonly name: string;
    readonly volume: BackedVolume;
    readonly services: readonly string[];
    readonly jobs: readonly BackedJob[];
    readonly file: string;
    readonly settings: BackupFile;
    readonly mounts: readonly BackupMount[];
}

type ComposedPart = string | Buffer | {
    readonly secret: string;
    readonly encode?: 'none' | 'uri';
};

interface DashboardModel {
    readonly args: Readonly<Record<string, string>>;
    readonly parts: readonly string[];
    readonly subjects: readonly DashboardSubject[];
}

interface DecryptionResult {
    readonly name: string;
    readonly state: 'decrypted' | 'current' | 'none' | 'skipped' | 'failed';
    readonly reason?: string;
}

interface EmailSettings {
    readonly from: string;
    readonly to: readonly string[];
    readonly server: string;
    readonly port: number;
    readonly tls: 'starttls' | 'implicit' | 'none';
    readonly user?: string;
    readonly password?: string;
}

interface EncryptionResult {
    readonly name: string;
    readonly state: 'encrypted' | 'current' | 'missing';
}

interface HasPath {
    readonly node: {
        readonly path: string;
    };
    readonly statedPath?: string;
}

type Headers = Readonly<Record<string, string | null>>;

interface LoggedProxy {
    readonly writer: string;
    readonly fields: AccessLogFields;
}

interface Membership {
    readonly network: Network;
    readonly aliases: readonly string[];
}

interface MountableVolume {
    mountInto(service: Service, path: string, options?: MountOptions): void;
}

interface NeighbourFile {
    readonly fileName: string;
    readonly content: string;
}

interface PostgresExporterProps {
    readonly of: PostgresService;
    readonly alerts: PostgresAlertOptions | undefined;
}

interface ProbeJob {
    readonly name: string;
    readonly exporter: string;
    readonly addresses: readonly ProbedAddress[];
}

type ProbeModule = 'http' | 'https' | 'https_any_certificate';

interface ProbedAddress {
    readonly url: string;
    readonly target: string;
    readonly host: string;
    readonly module: ProbeModule;
    readonly labels: Readonly<Record<string, string>>;
}

type PrometheusContent = Pick<PrometheusModel, 'scrapeInterval' | 'jobs' | 'probes' | 'alertmanagers'> & {
    readonly rules: readonly AlertRule[];
};

interface PrometheusModel {
    readonly scrapeInterval: Duration;
    readonly jobs: readonly ScrapeJob[];
    readonly probes?: ProbeJob;
    readonly externalLabels: Readonly<Record<string, string>>;
    readonly alertmanagers: readonly string[];
    readonly ruleFiles: readonly string[];
}

interface PrometheusProps extends PrometheusOptions {
    readonly ruleFiles: readonly NeighbourFile[];
    readonly content: () => PrometheusContent;
}

type ReceiverParts = BackupParts & ArchiveParts & {
    readonly source: DatabaseSource;
};

interface Route {
    readonly path: string;
    readonly service?: string;
    readonly stripPrefix?: boolean;
    readonly upstreams?: readonly string[] | ServiceUpstreams;
    readonly upstreamProtocol?: 'http' | 'https' | 'h2c';
    readonly connectTimeout?: Duration;
    readonly responseTimeout?: Duration;
    readonly tryDuration?: Duration;
    readonly compression?: boolean;
    readonly maxRequestBody?: Size;
    readonly basicAuth?: readonly UserHash[];
    readonly allow?: readonly string[];
    readonly requestHeaders?: Headers;
    readonly responseHeaders?: Headers;
    readonly respond?: {
        readonly status: number;
        readonly body: string;
    };
    readonly files?: StaticFiles;
}

interface ScheduleFields {
    readonly minutes: readonly number[];
    readonly hours: readonly number[];
    readonly days: readonly number[];
    readonly months: readonly number[];
    readonly weekdays: readonly number[];
}

interface ScrapeJob {
    readonly name: string;
    readonly host: string;
    readonly port: number;
    readonly path: string;
    readonly each: boolean;
    readonly labels: Readonly<Record<string, string>>;
    readonly relabel?: readonly Relabelling[];
    readonly honorTimestamps?: boolean;
}

interface SecretFile {
    readonly secret: Secret;
    readonly path: string;
}

interface SecretStoreProps {
    readonly directory: string;
    readonly encryptedDirectory?: string;
    readonly identity?: string;
}

interface SecretTextOptions {
    readonly length?: number;
    readonly alphabet?: string;
}

type SecretUse = 'uri' | 'bcrypt' | 'variable';

interface ServerRecord extends CommonRecord {
    readonly kind: 'postgres';
    readonly server: BackedServer;
}

interface ServiceUpstreams {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly port: number;
}

interface Shown {
    readonly sources: readonly DataSource[];
    readonly scrapeInterval: Duration;
    readonly charts: DashboardModel;
}

interface Site {
    readonly hosts: readonly string[];
    readonly securityHeaders: Headers;
    readonly compression: boolean;
    readonly maintenance?: {
        readonly message: string;
        readonly retryAfter: Duration;
    };
    readonly routes: readonly Route[];
}

interface StaticFiles {
    readonly root: string;
    readonly fallback?: string;
    readonly cacheFor?: Duration;
}

type Stating = 'hostname' | 'image';

type TerraformValue = string | number | boolean | null | undefined | readonly TerraformValue[] | {
    readonly [key: string]: TerraformValue;
};

interface UserHash {
    readonly user: string;
    readonly hashFile: string;
}

interface VolumeMount {
    readonly volume: Volume;
    readonly path: string;
    readonly readOnly: boolean;
}

type VolumeNames = Readonly<Record<string, string>>;

interface VolumeRecord extends CommonRecord {
    readonly kind: 'volume';
}
