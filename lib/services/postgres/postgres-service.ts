import type { Construct, IConstruct } from 'constructs';
import { ConfigurationError, Duration, HealthCheck, Image, physicalName, quote, Size } from '../../values';
import { renderHostBasedAuthentication, renderServerSettings, renderStartScript, sharedMemoryFor } from '../../config';
import type { PostgresAlertOptions, ServerSetting } from '../../config';
import type { DatabaseSource, Distribution, IBackupSource } from '../../model/capabilities/backup-source';
import type { Connection, ConnectionRequest, IConnectable } from '../../model/capabilities/connectable';
import type { IExporterSource } from '../../model/capabilities/exporter-source';
import { withConstruct, childPath } from '../../model/stack/with-construct';
import { DataVolume } from '../../model/workload/data-volume';
import { MAJOR_LABEL } from '../../model/stack/labels';
import { Tier } from '../../model/workload/network';
import { Service } from '../../model/workload/service';
import type { ServiceSpec } from '../../model/workload/service-spec';
import { stackContext } from '../../model/stack/stack-context';
import type { Volume } from '../../model/workload/volume';
import { assertReason } from '../../model/stack/assert-reason';
import { DEFAULT_IMAGES } from '../default-images';
import { exposedPort, runtimeSpec } from '../shared/runtime';
import type { RuntimeProps } from '../shared/runtime';
import { DEFAULT_SETTINGS } from './default-settings';
import { DEFAULT_DATABASE, ownVariables } from './own-variables';
import { checkOptions, checkSettings } from './check-settings';
import { distributionOf, postgresUserOf } from './image-family';
import { initScriptFiles } from './init-scripts';
import { PostgresExporter } from './postgres-exporter';
import { majorBumpFinding, majorVersionOf, unknownMajor } from './major-version';
import { PostgresDatabase } from './postgres-database';
import type { PostgresDatabaseOptions } from './postgres-database';
import { missingBackupFindings } from './missing-backup';
import { dataLayout, POSTGRES_PORT, SOCKET_DIRECTORY, SUPERUSER } from './postgres-layout';

/** Options of a PostgreSQL server. */
export interface PostgresServiceProps extends RuntimeProps, PostgresDatabaseOptions {
  /**
   * Image: an official `postgres` image (17, 18), one made from it (`pgvector/pgvector`, `postgis/postgis`), or a build
   * on one. Any other one needs `user` and `distribution`.
   * @default - `DEFAULT_IMAGES.postgres`
   */
  readonly image?: Image;
  /**
   * Major version of the server in the image. It must be stated for builds, and if the tag does not show it.
   * @default - read from the image's tag
   */
  readonly majorVersion?: number;
  /** Name of the first database. Its owner is a group role; each consumer gets its own login role. @default 'app' */
  readonly database?: string;
  /**
   * Server settings by their names in postgresql.conf; a change restarts the server on the same data.
   * @default - what backups need, a `temp_file_limit` of 10 GiB, the image's defaults otherwise
   */
  readonly settings?: Readonly<Record<string, ServerSetting>>;
  /**
   * Linux distribution of the image. It determines the user `postgres`, and whether backups work (not on Alpine).
   * @default - as the image's name says; a build that names no base image is taken for Debian's
   */
  readonly distribution?: Distribution;
  /**
   * Size of /dev/shm, which parallel operations share. A change restarts the server.
   * @default - as `maintenance_work_mem` and `work_mem` need it, at least 256 MiB
   */
  readonly shmSize?: Size;
  /**
   * Directory of files that run once, when the data directory is created: `*.sql`, plain or compressed (`.gz`, `.xz`,
   * `.zst`), and `*.sh`. Other files in it are refused; hidden files are ignored.
   * @default - none
   */
  readonly initScripts?: string;
  /**
   * Further arguments for `initdb`, which creates the data directory: `['--locale-provider=icu', '--icu-locale=de']`.
   * They do not change an existing directory.
   * @default - none; checksums of data pages are always on
   */
  readonly initdbArguments?: readonly string[];
  /**
   * Timeout of the very first start, init scripts included. A first start that was cut off leaves a volume that is
   * refused from then on. A change restarts the server.
   * @default 2 minutes
   */
  readonly initTimeout?: Duration;
  /** Reason why no `BackupJob` is required. @default - with `keepData`, a database without a backup is refused */
  readonly acceptNoBackup?: string;
  /**
   * Thresholds of the server's alerts, used by a `MonitoringStack`. Changing them restarts nothing.
   * @default - as `PostgresAlertOptions` says
   */
  readonly alerts?: PostgresAlertOptions;
}

/** A PostgreSQL server with its data volume; connect to it, or to a database added to it. */
export class PostgresService extends Service implements IConnectable, IBackupSource, IExporterSource {
  /** Major version of the server in the image. */
  public readonly majorVersion: number;
  /** Volume with the data directory. */
  public readonly data: Volume;
  /** Volume with the server's unix socket; a program that mounts it is superuser. */
  public readonly socket: Volume;
  /** The first database. */
  public readonly database: PostgresDatabase;
  private readonly distribution: Distribution;
  private readonly roles = new Map<string, IConstruct>();
  private readonly alerts: PostgresAlertOptions | undefined;

  public constructor(scope: Construct, id: string, props: PostgresServiceProps = {}) {
    checkOptions(childPath(scope, id), props);
    const image = props.image ?? Image.of(DEFAULT_IMAGES.postgres);
    const hostname = props.hostname ?? physicalName([id]);
    const majorVersion = props.majorVersion ?? majorVersionOf(image);
    if (majorVersion === undefined) throw unknownMajor(scope, id, image);
    const distribution = distributionOf(childPath(scope, id), image, props);
    const spec = withConstruct(childPath(scope, id), () =>
      postgresSpec(scope, hostname, image, majorVersion, {
        ...props,
        user: props.user ?? postgresUserOf(distribution),
      }),
    );
    super(scope, id, Tier.DATA, spec);
    this.distribution = distribution;
    checkSettings(this, props);
    assertReason(this, 'acceptNoBackup', props.acceptNoBackup);
    this.majorVersion = majorVersion;
    this.alerts = props.alerts;
    const layout = dataLayout(majorVersion);
    const data = new DataVolume(this, 'Data', {
      name: `${hostname}-data`,
      acceptNoBackup: 'asked of the server itself',
    });
    data.mountInto(this, layout.mountPath);
    this.data = data.volume;
    this.socket = this.addSocket();
    withConstruct(this, () => ownVariables(this.workload.variables, layout.dataDirectory, props));
    this.workload.variables.addAll(props.environment ?? {});
    this.workload.addFile({ path: HBA_FILE, content: renderHostBasedAuthentication(SUPERUSER) });
    for (const file of initScriptFiles(this, props.initScripts)) this.workload.addFile(file);
    const finding = majorBumpFinding(this, hostname, majorVersion, data.volume.spec.name);
    if (finding !== undefined) this.node.addValidation({ validate: () => [finding] });
    this.node.addValidation({ validate: () => missingBackupFindings(this, props) });
    this.database = this.addDatabase(props.database ?? DEFAULT_DATABASE, props);
  }

  /** Adds a database on the same server, and returns it. It is created together with the role of its first consumer. */
  public addDatabase(name: string, options: PostgresDatabaseOptions = {}): PostgresDatabase {
    const id = `Database-${name}`;
    if (this.node.tryFindChild(id) === undefined) {
      return new PostgresDatabase(this, id, { server: this, name, extensions: options.extensions });
    }
    throw new ConfigurationError(
      this,
      `has a database ${quote(name)} already; add each one once, and connect to what \`addDatabase\` returned`,
    );
  }

  /**
   * Claims the name of a role. Roles belong to the server, not to a database; two consumers with one name would
   * overwrite each other's password.
   */
  public claimRole(name: string, role: IConstruct): void {
    const duplicate = this.roles.get(name);
    if (duplicate !== undefined) {
      throw new ConfigurationError(
        role,
        `role ${quote(name)} is taken by ${duplicate.node.path}; give one of the consumers another \`hostname\``,
      );
    }
    this.roles.set(name, role);
  }

  /** Connects to the first database. */
  public toConnection(request: ConnectionRequest): Connection {
    return this.database.toConnection(request);
  }

  public toBackupSource(): DatabaseSource {
    const { hostname, majorVersion, network, distribution } = this;
    return {
      kind: 'postgres',
      name: hostname,
      volume: this.data,
      workload: this.workload,
      server: { host: hostname, port: POSTGRES_PORT, majorVersion, network, distribution },
      socket: this.socket,
    };
  }

  public toExporter(scope: Construct): PostgresExporter {
    return new PostgresExporter(scope, `${this.hostname}-exporter`, { of: this, alerts: this.alerts });
  }

  private addSocket(): Volume {
    const { environment, stackName } = stackContext(this);
    const spec = { name: `${stackName}-${this.hostname}-socket`, keep: false, data: false };
    const volume = environment.platform.createVolume(this, 'Socket', spec);
    this.workload.addVolume(volume, SOCKET_DIRECTORY);
    return volume;
  }
}

const LEAST_PROCESSES = 1024;
/** User of the health check, which never logs in: the server answers before it asks for a password. */
const PROBE_USER = 'health_check';
const HBA_FILE = '/etc/postgresql/pg_hba.conf';

function postgresSpec(
  scope: Construct,
  hostname: string,
  image: Image,
  majorVersion: number,
  props: PostgresServiceProps,
): ServiceSpec {
  const settings = { ...DEFAULT_SETTINGS, hba_file: HBA_FILE, ...props.settings };
  return runtimeSpec(
    {
      hostname,
      image,
      entrypoint: ['/bin/sh', '-c', startScript(scope, majorVersion), 'postgres'],
      command: renderServerSettings(settings),
      memory: Size.gibibytes(1),
      pidsLimit: processesOf(settings),
      shmSize: props.shmSize ?? sharedMemoryFor(settings),
      healthCheck: HealthCheck.command(
        ['pg_isready', '--quiet', '--host=127.0.0.1', `--port=${POSTGRES_PORT}`, `--username=${PROBE_USER}`],
        {
          interval: Duration.seconds(5),
          timeout: Duration.seconds(5),
          retries: 5,
          startPeriod: props.initTimeout ?? Duration.minutes(2),
        },
      ),
      stopSignal: 'SIGINT',
      stopGracePeriod: Duration.seconds(90),
      ports: exposedPort(stackContext(scope), hostname, POSTGRES_PORT),
      labels: { [MAJOR_LABEL]: String(majorVersion) },
      listens: true,
    },
    props,
  );
}

function startScript(scope: Construct, majorVersion: number): string {
  const { commands } = stackContext(scope).environment.platform;
  return renderStartScript({ majorVersion, ...dataLayout(majorVersion), volumeUsers: commands.volumeUsers('NAME') });
}

/**
 * Returns the process limit: one for each connection, and some for the server, its parallel workers and threads of
 * tools.
 */
function processesOf({ max_connections: connections = 100 }: NonNullable<PostgresServiceProps['settings']>): number {
  return Math.max(LEAST_PROCESSES, Number(connections) + LEAST_PROCESSES / 2);
}
