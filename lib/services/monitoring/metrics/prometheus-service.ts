import type { Construct } from 'constructs';
import { ConfigurationError, Duration, HealthCheck, Image, physicalName, Size } from '../../../values';
import { prometheusAlerts, promDuration, renderAlertRules, renderPrometheus } from '../../../config';
import type { PrometheusModel } from '../../../config';
import type { AlertRule } from '../../../values';
import type { NeighbourFile } from '../../../model/workload/config-file';
import { DataVolume } from '../../../model/workload/data-volume';
import { withConstruct, childPath } from '../../../model/stack/with-construct';
import { Tier } from '../../../model/workload/network';
import type { DataSource, IQueryable } from '../../../model/capabilities/queryable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { answerInside, insideName, insideTargetOf, listenAddress } from '../../shared/inside-address';
import { exposedPort, runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';

export interface PrometheusProps extends PrometheusOptions {
  /** Rules of the program, in addition to those of the constructs. */
  readonly ruleFiles: readonly NeighbourFile[];
  readonly content: () => PrometheusContent;
}

/** Options of Prometheus. */
export interface PrometheusOptions extends RuntimeProps {
  /**
   * Image of Prometheus. A change replaces the container.
   * @default - `DEFAULT_IMAGES.prometheus`
   */
  readonly image?: Image;
  /**
   * Age at which samples are removed. A change replaces the container.
   * @default 15 days
   */
  readonly retention?: Duration;
  /**
   * Disk space above which the oldest samples are removed. A change replaces the container.
   * @default 4 GiB
   */
  readonly retentionSize?: Size;
}

/** Jobs, probes and rules of Prometheus; the function is called when the program is complete. */
export type PrometheusContent = Pick<PrometheusModel, 'scrapeInterval' | 'jobs' | 'probes' | 'alertmanagers'> & {
  readonly rules: readonly AlertRule[];
};

const PROMETHEUS_PORT = 9090;
const DIRECTORY = '/etc/prometheus';
const FILE = 'prometheus.yml';
const RULES = 'rules.yml';
const DATA = '/prometheus';

/** Prometheus: collects metrics and evaluates rules. It reloads its jobs and rules without a restart. */
export class PrometheusService extends Service implements IScrapable, IQueryable {
  public constructor(scope: Construct, id: string, props: PrometheusProps) {
    const { content, ruleFiles, ...options } = props;
    const hostname = options.hostname ?? physicalName([id]);
    const spec = withConstruct(childPath(scope, id), () => prometheusSpec(scope, hostname, options));
    super(scope, id, Tier.MONITORING, spec);
    answerInside(this);
    this.workload.variables.addAll(options.environment ?? {});
    new DataVolume(this, 'Data', {
      name: `${hostname}-data`,
      acceptNoBackup: 'metrics end with `retention`',
    }).mountInto(this, DATA);
    const { stackName } = stackContext(this);
    const names = [RULES, ...ruleFiles.map(({ fileName }) => fileName)];
    this.workload.addReloadable({
      directory: DIRECTORY,
      fileName: FILE,
      render: () => {
        const model = content();
        return {
          content: renderPrometheus({ ...model, ruleFiles: names, externalLabels: { stack: stackName } }),
          companions: [rulesOf(stackName, model), ...ruleFiles],
        };
      },
      after: () => [],
      reload: (staged) => check(staged, names),
      signal: 'SIGHUP',
    });
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [insideTargetOf(this, PROMETHEUS_PORT)];
  }

  public toDataSource(): DataSource {
    return { kind: 'prometheus', url: `http://${insideName(this.hostname)}:${PROMETHEUS_PORT}` };
  }

  public ownAlerts(hasAlertmanager: boolean): readonly AlertRule[] {
    return prometheusAlerts({ stack: stackContext(this).stackName, job: this.hostname }, hasAlertmanager);
  }
}

/**
 * Returns the check of a staged configuration. The rules are staged too, so the configuration cannot find them by name
 * yet.
 */
function check(staged: string, rules: readonly string[]): readonly string[] {
  const suffix = staged.slice(`${DIRECTORY}/${FILE}`.length);
  const files = rules.map((fileName) => `${DIRECTORY}/${fileName}${suffix}`).join(' ');
  return ['/bin/sh', '-c', `promtool check rules ${files} && promtool check config --syntax-only ${staged}`];
}

function rulesOf(group: string, { rules }: PrometheusContent): NeighbourFile {
  return { fileName: RULES, content: renderAlertRules(group, rules) };
}

/** Returns the limit as an argument. Prometheus reads zero as no limit. */
function sizeLimit(retentionSize: Size): string {
  if (retentionSize.toBytes() > 0) return `${retentionSize.toBytes()}B`;
  throw new ConfigurationError(
    undefined,
    '`retentionSize` must be more than 0 bytes; write for example `Size.gibibytes(4)`',
  );
}

function prometheusSpec(scope: Construct, hostname: string, options: PrometheusOptions): ServiceSpec {
  const { retention = Duration.days(15), retentionSize = Size.gibibytes(4) } = options;
  const ports = exposedPort(stackContext(scope), hostname, PROMETHEUS_PORT);
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.prometheus),
      entrypoint: ['/bin/prometheus'],
      command: [
        `--config.file=${DIRECTORY}/${FILE}`,
        `--storage.tsdb.path=${DATA}`,
        `--storage.tsdb.retention.time=${promDuration('retention', retention)}`,
        `--storage.tsdb.retention.size=${sizeLimit(retentionSize)}`,
        `--web.listen-address=${listenAddress(hostname, PROMETHEUS_PORT, ports)}`,
        '--log.format=json',
      ],
      user: '65534:65534',
      healthCheck: HealthCheck.command(
        ['/bin/promtool', 'check', 'ready', `--url=http://${insideName(hostname)}:${PROMETHEUS_PORT}`],
        { startPeriod: Duration.minutes(2), interval: Duration.seconds(5) },
      ),
      stopGracePeriod: Duration.seconds(60),
      ports,
    },
    options,
  );
}
