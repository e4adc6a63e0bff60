import type { Construct } from 'constructs';
import { Duration, Image, physicalName, Size } from '../../../values';
import type { AlertRule } from '../../../values';
import { OTLP_GRPC_PORT, renderTempo, TEMPO_DATA, TEMPO_PORT, tempoAlerts } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import { DataVolume } from '../../../model/workload/data-volume';
import { withConstruct, childPath } from '../../../model/stack/with-construct';
import { Tier } from '../../../model/workload/network';
import type { DataSource, IQueryable } from '../../../model/capabilities/queryable';
import { scrapeTargetOf } from '../../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { exposedPort, runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';

/** Options of Tempo. */
export interface TempoOptions extends RuntimeProps {
  /**
   * Image of Tempo. A change replaces the container.
   * @default - `DEFAULT_IMAGES.tempo`
   */
  readonly image?: Image;
  /**
   * Age at which traces are removed, in whole hours.
   * @default 7 days
   */
  readonly retention?: Duration;
  /**
   * Limit of data that all services may send within `retention`. A quarter of it may come at once. Tempo refuses the
   * rest.
   * @default 5 GiB
   */
  readonly retentionSize?: Size;
}

const FILE = '/etc/tempo/tempo.yaml';

/**
 * Tempo: stores traces and searches them. Its image has no HTTP client, so it has no health check. A rollout waits
 * until it has run for a moment, and an alert fires when it does not answer.
 */
export class TempoService extends Service implements IScrapable, IAlertSource, IQueryable {
  public constructor(scope: Construct, id: string, options: TempoOptions = {}) {
    const hostname = options.hostname ?? physicalName([id]);
    const { retention = Duration.days(7), retentionSize = Size.gibibytes(5) } = options;
    const content = withConstruct(childPath(scope, id), () => renderTempo({ retention, retentionSize }));
    super(scope, id, Tier.MONITORING, tempoSpec(scope, hostname, options));
    this.workload.variables.addAll(options.environment ?? {});
    new DataVolume(this, 'Data', { name: `${hostname}-data`, acceptNoBackup: 'traces end with `retention`' }).mountInto(
      this,
      TEMPO_DATA,
    );
    this.workload.addFile({ path: FILE, content });
  }

  /** Address for traces: OTLP over gRPC. */
  public get intake(): string {
    return `${this.hostname}:${OTLP_GRPC_PORT}`;
  }

  /** Address of Tempo for the other services of the stack. */
  public get url(): string {
    return `http://${this.hostname}:${TEMPO_PORT}`;
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this, TEMPO_PORT)];
  }

  public toDataSource(): DataSource {
    return { kind: 'tempo', url: this.url };
  }

  public toAlertRules(): readonly AlertRule[] {
    return tempoAlerts({ stack: stackContext(this).stackName, job: this.hostname });
  }
}

function tempoSpec(scope: Construct, hostname: string, options: TempoOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.tempo),
      entrypoint: ['/tempo'],
      command: [`-config.file=${FILE}`],
      user: '10001:10001',
      stopGracePeriod: Duration.seconds(60),
      listens: true,
      ports: exposedPort(stackContext(scope), hostname, TEMPO_PORT),
    },
    options,
  );
}
