import type { Construct } from 'constructs';
import { Duration, HealthCheck, Image, physicalName, Size } from '../../values';
import type { AlertRule } from '../../values';
import { LOKI_DATA, LOKI_PORT, lokiAlerts, renderLoki } from '../../config';
import type { StoreLimits } from '../../config';
import type { IAlerting } from '../../model/alerting';
import { DataVolume } from '../../model/data-volume';
import { located, placeBelow } from '../../model/located';
import { Tier } from '../../model/network';
import type { DataSource, IQueryable } from '../../model/queryable';
import { scrapeTargetOf } from '../../model/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/scrapable';
import { Service } from '../../model/service';
import type { ServiceSpec } from '../../model/service-spec';
import { stackContext } from '../../model/stack-context';
import { DEFAULT_IMAGES } from '../default-images';
import { exposedPort, runtimeSpec } from '../runtime';
import type { RuntimeProps } from '../runtime';

export interface LokiOptions extends RuntimeProps {
  /** @default - `DEFAULT_IMAGES.loki` */
  readonly image?: Image;
  /**
   * Lines older than this are removed. In whole hours.
   * @default 14 days
   */
  readonly keepFor?: Duration;
  /**
   * Most that all services may write within `keepFor`, as they write it; on the disk it is packed to a part of that. A
   * quarter of it may come at once. What is more is not taken in, because Loki cannot remove the oldest instead; an alert
   * tells of it before.
   * @default 20 GiB
   */
  readonly keepSize?: Size;
}

const FILE = '/etc/loki/loki.yaml';

/** Keeps logs and searches them. A change of its limits replaces it; what is sent meanwhile waits with the collector. */
export class LokiService extends Service implements IScrapable, IAlerting, IQueryable {
  private readonly limits: StoreLimits;

  public constructor(scope: Construct, id: string, options: LokiOptions = {}) {
    const hostname = options.hostname ?? physicalName([id]);
    const { keepFor = Duration.days(14), keepSize = Size.gibibytes(20) } = options;
    const content = located(placeBelow(scope, id), () => renderLoki({ keepFor, keepSize }));
    super(scope, id, Tier.MONITORING, lokiSpec(scope, hostname, options));
    this.limits = { keepFor, keepSize };
    this.workload.environment.addAll(options.environment ?? {});
    new DataVolume(this, 'Data', { name: `${hostname}-data`, acceptNoBackup: 'logs end with `keepFor`' }).mountInto(
      this,
      LOKI_DATA,
    );
    this.workload.addFile({ path: FILE, content });
  }

  /** Where the others of the stack find it. */
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
      // There is nothing but Loki in its image.
      healthCheck: HealthCheck.command(
        ['/usr/bin/loki', '-health', `-health.url=http://127.0.0.1:${LOKI_PORT}/ready`],
        {
          startPeriod: Duration.minutes(1),
          interval: Duration.seconds(5),
        },
      ),
      stopGrace: Duration.seconds(60),
      listens: true,
      ports: exposedPort(stackContext(scope).settings, hostname, LOKI_PORT),
    },
    options,
  );
}
