import { Construct } from 'constructs';
import { assertOptions, assertServiceName, ConfigurationError, containerAlertOptions, quote } from '../../values';
import type { ContainerAlertOptions } from '../../values';
import { assertCapable } from '../capabilities/capability-check';
import type { ConfigFile } from './config-file';
import type { Connection, ConnectionRequest, IConnectable } from '../capabilities/connectable';
import type { Network, Tier } from './network';
import type { Secret } from '../secrets/secret';
import { workloadSpec } from './service-spec';
import type { ServiceSpec } from './service-spec';
import { CONNECT_OPTIONS } from '../stack/option-shapes';
import { stackContext } from '../stack/stack-context';
import type { Workload } from './workload';
import type { MountOptions } from './workload-parts';
import { constructId } from '../stack/construct-id';

/** Options of a connection. */
export interface ConnectOptions extends Pick<ConnectionRequest, 'access' | 'connectionLimit'> {
  /**
   * First part of the variables' names.
   * @default - the target's own name, 'DATABASE' for Postgres
   */
  readonly alias?: string;
  /**
   * Variables that are set from a secret's file when the program starts, for programs that read no files:
   * `{ DATABASE_URL: 'URL' }`.
   * @default - none
   */
  readonly export?: Readonly<Record<string, string>>;
}

/** A volume that a service can mount: a `DataVolume`, or one that something else made. */
interface MountableVolume {
  mountInto(service: Service, path: string, options?: MountOptions): void;
}

/** A program of the stack that runs in containers. */
export abstract class Service extends Construct {
  /** Host name in its networks. */
  public readonly hostname: string;
  /** The tier's network. Other services find the service there by its host name, unless it is isolated. */
  public readonly network: Network;
  /** The containers of the service, for platforms and the escape hatch. */
  public readonly workload: Workload;
  /** True if the service waits for connections of others. */
  public readonly listens: boolean;
  /** Thresholds of the alerts about its containers. */
  public readonly containerAlerts: ContainerAlertOptions;

  protected constructor(scope: Construct, id: string, tier: Tier, spec: ServiceSpec) {
    super(scope, constructId(scope, id));
    const context = stackContext(this);
    assertServiceName(this, 'hostname', spec.hostname);
    this.hostname = spec.hostname;
    this.listens = spec.listens ?? false;
    this.containerAlerts = containerAlertOptions(this, spec.alerts);
    this.network = context.network(tier);
    this.workload = context.environment.platform.createWorkload(this, 'Workload', workloadSpec(spec));
    this.node.defaultChild = this.workload.node.defaultChild;
    if (spec.isolated !== true) this.workload.joinNetwork(this.network, this.hostname);
    this.joinToPublish();
    context.addService(this);
  }

  /**
   * Connects the service to a target, with everything that belongs to it: the network, a credential of its own as a
   * file, a start order gated on health, and the documented variables.
   */
  public connectTo(target: IConnectable, options: ConnectOptions = {}): void {
    this.connectAs(this.hostname, target, options);
  }

  /** Connects with the credential of another consumer: a migration with that of its service. */
  public connectAs(consumer: string, target: IConnectable, options: ConnectOptions = {}): void {
    assertCapable(
      this,
      target,
      'toConnection',
      '`connectTo`',
      'something to connect to, such as a PostgresService or an ApiService',
    );
    assertOptions(this, options, CONNECT_OPTIONS);
    if (Object.is(target, this)) throw new ConfigurationError(this, 'connects to itself; leave it out');
    const connection = target.toConnection({
      consumer,
      access: options.access,
      connectionLimit: options.connectionLimit,
      stopGracePeriod: this.workload.spec.stopGracePeriod,
    });
    this.describeConnection(connection, options.alias ?? connection.alias);
    this.exportSecrets(connection.secrets ?? {}, options.export ?? {});
    this.follow(connection);
  }

  /** Sets an environment variable, never to a secret. A change replaces the containers. */
  public addEnvironment(key: string, value: string): void {
    this.workload.variables.add(key, value);
  }

  /** Delivers a secret as a file, and returns its path in the container: `/run/secrets/<name>`. */
  public addSecret(secret: Secret): string {
    return this.workload.addSecret(secret);
  }

  /** Delivers a file. A change of its content replaces the containers. */
  public addFile(file: ConfigFile): void {
    this.workload.addFile(file);
  }

  /** Mounts a volume at an absolute path. The rollout of a service that writes to data is stop-first. */
  public addVolume(volume: MountableVolume, path: string, options: MountOptions = {}): void {
    volume.mountInto(this, path, options);
  }

  /**
   * Mounts a directory of the engine's machine at an absolute path, read-only unless `readOnly` is false. If it is
   * missing, Docker makes an empty directory that belongs to root. A change replaces the containers.
   */
  public addBindMount(source: string, path: string, options: MountOptions = {}): void {
    this.workload.addBindMount(source, path, options);
  }

  /** Joins the network from which the platform publishes ports, if that is another one. */
  private joinToPublish(): void {
    if (this.workload.spec.ports.length === 0) return;
    const context = stackContext(this);
    const tier = context.environment.platform.tierToPublish(this.network);
    if (tier !== undefined) this.workload.joinNetwork(context.network(tier));
  }

  /** Joins the network and the start order of a connection, for a program that names the variables itself. */
  protected follow({ network, startAfter = [], clearAfter = [] }: Connection): void {
    if (network !== undefined) this.workload.joinNetwork(network);
    this.workload.startAfter(...startAfter);
    for (const job of clearAfter) job.clearAfter(this.workload);
  }

  private describeConnection({ host, port, properties, secrets }: Connection, alias: string): void {
    const { variables } = this.workload;
    variables.addAll({ [`${alias}_HOST`]: host, [`${alias}_PORT`]: String(port) });
    for (const [key, value] of Object.entries(properties ?? {})) variables.add(`${alias}_${key}`, value);
    for (const [key, secret] of Object.entries(secrets ?? {})) {
      variables.add(`${alias}_${key}_FILE`, this.workload.addSecret(secret));
    }
  }

  private exportSecrets(secrets: NonNullable<Connection['secrets']>, wanted: Readonly<Record<string, string>>): void {
    for (const [variable, key] of Object.entries(wanted)) {
      const secret = secrets[key];
      if (secret === undefined) {
        throw new ConfigurationError(
          this,
          `no secret ${quote(key)} to export as ${quote(variable)}; ` +
            `the connection has ${Object.keys(secrets).join(', ') || 'none'}`,
        );
      }
      this.workload.exportSecret(variable, secret);
    }
  }
}
