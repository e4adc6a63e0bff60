import { existsSync } from 'node:fs';
import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { assertOptions, ConfigurationError, Duration, physicalName, port, quote } from '../../values';
import type { HealthCheck, Image } from '../../values';
import type { Connection, IConnectable } from '../../model/capabilities/connectable';
import { withConstruct, childPath } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import type { Backend, IRoutable } from '../../model/capabilities/routable';
import { scrapeTargetOf } from '../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/capabilities/scrapable';
import { Service } from '../../model/workload/service';
import type { ConnectOptions } from '../../model/workload/service';
import type { ServiceSpec } from '../../model/workload/service-spec';
import { stackContext } from '../../model/stack/stack-context';
import type { StackContext } from '../../model/stack/stack-context';
import type { ITraceSource, TraceSource } from '../../model/capabilities/trace-source';
import { Job } from '../job/job';
import { API_OPTIONS } from '../shared/option-shapes';
import { shareWhenComplete } from '../shared/share-when-complete';
import { exposedPort, own, runtimeSpec } from '../shared/runtime';
import type { RuntimeProps } from '../shared/runtime';
import { traceSources } from '../shared/traces';
import type { TracedProps } from '../shared/traces';

/** Source code that an environment with `sourceMounts` runs instead of the code in the image. */
export interface SourceMount {
  /** Directory of the engine's machine. */
  readonly directory: string;
  /** Directory of the code in the image. */
  readonly path: string;
  /**
   * Command that reloads on changes.
   * @default - the service's own command
   */
  readonly command?: readonly string[];
}

/** A job that changes the database's schema. */
export interface Migrations {
  /** Command that brings the database to the schema of this version; it must be idempotent. */
  readonly command: readonly string[];
  /**
   * Timeout of the job. A job that runs longer has failed.
   * @default 10 minutes
   */
  readonly timeout?: Duration;
}

/** Options of an API. A change makes a new version, unless it says otherwise. */
export interface ApiServiceProps extends RuntimeProps, TracedProps {
  /** Image of the program. */
  readonly image: Image;
  /** Port on which the program listens in its network. It is not published: routes of a proxy lead to it. */
  readonly port: number;
  /**
   * Further ports on which it listens, for routes that name them.
   * @default - none
   */
  readonly additionalPorts?: readonly number[];
  /** Check that decides when a new version gets traffic, and whether it is up. */
  readonly healthCheck: HealthCheck;
  /**
   * Words in place of the image's CMD; its ENTRYPOINT stays.
   * @default - the image's own command
   */
  readonly command?: readonly string[];
  /**
   * Words in place of the image's ENTRYPOINT and CMD.
   * @default - the image's own entry point
   */
  readonly entrypoint?: readonly string[];
  /**
   * Number of containers; a proxy spreads the requests.
   * @default - as `replicas` of the stack says, else 1
   */
  readonly replicas?: number;
  /**
   * Job that runs before each new version; the version starts only if it succeeds. It gets everything that the service
   * gets: connections, variables, secrets and files, also those that are added to its `workload`. It has no volumes.
   * @default - none
   */
  readonly migrations?: Migrations;
  /**
   * Source code to run in environments with `sourceMounts`.
   * @default - none
   */
  readonly source?: SourceMount;
  /**
   * Path of Prometheus metrics on `port`.
   * @default - no metrics
   */
  readonly metricsPath?: string;
  /**
   * Time that requests in flight may take after the stop signal.
   * @default 30 seconds
   */
  readonly stopGracePeriod?: Duration;
}

/** A stateless program that answers requests. A new version is healthy before the old one stops. */
export class ApiService extends Service implements IConnectable, IRoutable, IScrapable, ITraceSource {
  /** Port on which the program listens. */
  public readonly port: number;
  /** The job that gates each version, if `migrations` are stated. */
  public readonly migration: Job | undefined;
  private readonly ports: readonly number[];
  private readonly metricsPath: string | undefined;
  private readonly sources: readonly TraceSource[];

  public constructor(scope: Construct, id: string, props: ApiServiceProps) {
    const context = stackContext(scope);
    assertOptions(childPath(scope, id), props, API_OPTIONS);
    const source = context.environment.sourceMounts === true ? props.source : undefined;
    const spec = withConstruct(childPath(scope, id), () => apiSpec(id, context, source, props));
    super(scope, id, Tier.APP, spec);
    this.port = props.port;
    this.ports = [props.port, ...(props.additionalPorts ?? []).map((extra) => port(extra, this))];
    this.metricsPath = props.metricsPath;
    this.sources = traceSources(this, props.traces);
    this.workload.variables.addAll(props.environment ?? {});
    if (source !== undefined) this.mountSource(source);
    this.migration = props.migrations === undefined ? undefined : this.addMigration(props, props.migrations);
  }

  /**
   * Mounts the source code. Environments with `sourceMounts` are usually on this machine, but this program may run in a
   * container there.
   */
  private mountSource({ directory, path: target }: SourceMount): void {
    this.workload.addBindMount(directory, target);
    if (existsSync(directory)) return;
    Annotations.of(this).addWarning(
      `\`source.directory\` ${quote(directory)} is not there; Docker mounts an empty directory in its place`,
    );
  }

  /** Connects the service and its migrations, with one credential. */
  public override connectTo(target: IConnectable, options: ConnectOptions = {}): void {
    super.connectTo(target, options);
    this.migration?.connectAs(this.hostname, target, options);
  }

  public toConnection(): Connection {
    const alias = this.hostname.toUpperCase().replace(/-/g, '_');
    return { alias, host: this.hostname, port: this.port, network: this.network, startAfter: [this.workload] };
  }

  public toBackend(wanted?: number): Backend {
    const target = wanted ?? this.port;
    if (!this.ports.includes(target)) throw this.unknownPort(target);
    return {
      upstreams: () => this.workload.upstreamHosts().map((host) => `${host}:${target}`),
      network: this.network,
      workload: this.workload,
    };
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    if (this.metricsPath === undefined) return [];
    return [scrapeTargetOf(this, this.port, this.metricsPath)];
  }

  public toTraceSources(): readonly TraceSource[] {
    return this.sources;
  }

  private unknownPort(wanted: number): ConfigurationError {
    return new ConfigurationError(
      this,
      `port ${quote(wanted)} is none that the service listens on; use ${this.ports.join(' or ')}, ` +
        'or add it to `additionalPorts`',
    );
  }

  private addMigration(props: ApiServiceProps, migrations: Migrations): Job {
    const migration = new Job(this, 'Migration', {
      ...props,
      hostname: `${this.hostname}-migration`,
      command: migrations.command,
      timeout: migrations.timeout,
      // Restored data may have the schema of an earlier version.
      afterRestore: 'run',
    });
    this.workload.startAfter(migration.workload);
    shareWhenComplete(this.workload, migration.workload);
    return migration;
  }
}

function apiSpec(
  id: string,
  context: StackContext,
  source: SourceMount | undefined,
  props: ApiServiceProps,
): ServiceSpec {
  const hostname = props.hostname ?? physicalName([id]);
  return runtimeSpec(
    {
      hostname,
      image: props.image,
      command: source?.command ?? props.command,
      entrypoint: props.entrypoint,
      healthCheck: props.healthCheck,
      stopGracePeriod: Duration.seconds(30),
      replicas: props.replicas ?? own(context.settings.replicas, hostname),
      ports: exposedPort(context, hostname, port(props.port)),
      listens: true,
    },
    props,
  );
}
