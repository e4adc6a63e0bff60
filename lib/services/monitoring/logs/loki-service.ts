import type { Construct } from 'constructs';
import { Duration, HealthCheck, Image, physicalName, Size } from '../../../values';
import type { AlertRule } from '../../../values';
import { LOKI_DATA, LOKI_PORT, lokiAlerts, renderLoki } from '../../../config';
import type { StoreLimits } from '../../../config';
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

/** Options of Loki. */
export interface LokiOptions extends RuntimeProps {
  /**
   * Image of Loki. A change replaces the container.
   * @default - `DEFAULT_IMAGES.loki`
   */
  readonly image?: Image;
  /**
   * Age at which lines are removed, in whole hours.
   * @default 14 days
   */
  readonly retention?: Duration;
  /**
   * Limit of uncompressed lines that all services may write within `retention`. Compressed, they take less of the disk. A
   * quarter of it may come at once. Loki refuses lines above the limit, because it cannot remove the oldest instead; an
   * alert fires before.
   * @default 20 GiB
   */
  readonly retentionSize?: Size;
}

const FILE = '/etc/loki/loki.yaml';

/** Loki: stores logs and searches them. A change of its limits replaces it; the collector keeps new lines meanwhile. */
export class LokiService extends Service implements IScrapable, IAlertSource, IQueryable {
  private readonly limits: StoreLimits;

  public constructor(scope: Construct, id: string, options: LokiOptions = {}) {
    const hostname = options.hostname ?? physicalName([id]);
    const { retention = Duration.days(14), retentionSize = Size.gibibytes(20) } = options;
    const content = withConstruct(childPath(scope, id), () => renderLoki({ retention, retentionSize }));
    super(scope, id, Tier.MONITORING, lokiSpec(scope, hostname, options));
    this.limits = { retention, retentionSize };
    this.workload.variables.addAll(options.environment ?? {});
    new DataVolume(this, 'Data', { name: `${hostname}-data`, acceptNoBackup: 'logs end with `retention`' }).mountInto(
      this,
      LOKI_DATA,
    );
    this.workload.addFile({ path: FILE, content });
  }

  /** Address of Loki for the other services of the stack. */
  public get url(): string {
    return `http://${this.hostname}:${LOKI_PORT}`;
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this, LOKI_PORT)];
  }

  public toDataSource(): DataSource {
    return { kind: 'loki', url: this.url };
  }

  public toAlertRules(): readonly AlertRule[] {
    return lokiAlerts({ stack: stackContext(this).stackName, job: this.hostname }, this.limits);
  }
}

function lokiSpec(scope: Construct, hostname: string, options: LokiOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.loki),
      entrypoint: ['/usr/bin/loki'],
      command: [`-config.file=${FILE}`],
      user: '10001:10001',
      // Its image contains only Loki.
      healthCheck: HealthCheck.command(
        ['/usr/bin/loki', '-health', `-health.url=http://127.0.0.1:${LOKI_PORT}/ready`],
        {
          startPeriod: Duration.minutes(1),
          interval: Duration.seconds(5),
        },
      ),
      stopGracePeriod: Duration.seconds(60),
      listens: true,
      ports: exposedPort(stackContext(scope), hostname, LOKI_PORT),
    },
    options,
  );
}
