import type { Construct } from 'constructs';
import { HealthCheck, Image, physicalName, Size } from '../../values';
import type { AlertRule, ChartSubject, ContainerAlertOptions } from '../../values';
import { containerAlerts, containerLabels, controlGroup } from '../../config';
import type { IAlerting } from '../../model/alerting';
import type { ICharted } from '../../model/charted';
import { capableBelow } from '../../model/capability';
import type { IExportable } from '../../model/exportable';
import { Tier } from '../../model/network';
import { scrapeTargetOf } from '../../model/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/scrapable';
import { Service } from '../../model/service';
import type { ServiceSpec } from '../../model/service-spec';
import { stackContext } from '../../model/stack-context';
import { DEFAULT_IMAGES } from '../default-images';
import { runtimeSpec } from '../runtime';
import type { RuntimeProps } from '../runtime';

export interface CadvisorOptions extends RuntimeProps {
  /** @default - `DEFAULT_IMAGES.cadvisor` */
  readonly image?: Image;
  /** From when on somebody is told of a container, of services that do not say it themselves. */
  readonly alerts?: ContainerAlertOptions;
}

const PORT = 8080;

/**
 * Memory and processor time of the stack's containers. It reads them where the kernel has them, in the host's `/sys`, which
 * is mounted read-only; it has neither the Docker socket nor the host's files, runs as nobody, and so knows no names. Which
 * container is whose is told by control groups, which every service of the stack gets.
 */
export class Cadvisor extends Service implements IScrapable, IAlerting, ICharted {
  public constructor(scope: Construct, id: string, options: CadvisorOptions = {}) {
    super(scope, id, Tier.MONITORING, cadvisorSpec(options.hostname ?? physicalName([id]), options));
    this.workload.environment.addAll(options.environment ?? {});
    this.workload.addBindMount('/sys', '/sys');
  }

  /** Makes the containers of all services known by their control groups. A service that gets one is rolled out anew. */
  public observe(): void {
    const { services, stackName } = stackContext(this);
    for (const { workload, hostname } of services) {
      workload.observe({ controlGroup: controlGroup(stackName, hostname) });
    }
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    const { services, stackName } = stackContext(this);
    const relabel = containerLabels(
      stackName,
      services.map(({ hostname }) => hostname),
    );
    // The times that it gives would keep what has ended in sight for minutes.
    return [{ ...scrapeTargetOf(this, PORT), relabel, honorTimestamps: false }];
  }

  public toChartSubjects(): readonly ChartSubject[] {
    return [{ kind: 'containers', words: { cadvisor: this.hostname } }];
  }

  public toAlertRules(): readonly AlertRule[] {
    const { services, stackName: stack } = stackContext(this);
    const audible = this.audible();
    const beside = new Set<unknown>(this.node.scope?.node.findAll());
    return services
      .filter(({ workload }) => workload.spec.kind === 'service')
      .flatMap((service) => {
        const severity = beside.has(service) ? 'warning' : 'critical';
        const subject = { stack, job: service.hostname, reader: this.hostname };
        const down = audible.has(service) ? undefined : severity;
        return containerAlerts({ ...subject, down }, { ...this.containerAlerts, ...service.containerAlerts });
      });
  }

  /** Services of which other metrics tell that they are down. */
  private audible(): ReadonlySet<unknown> {
    const { root, services } = stackContext(this);
    const targets = capableBelow<IScrapable>(root, 'toScrapeTargets').flatMap((one) => one.toScrapeTargets());
    const read = new Set(targets.map(({ workload }) => workload));
    return new Set<unknown>([
      ...services.filter(({ workload }) => read.has(workload)),
      ...capableBelow<IExportable>(root, 'toExporter'),
    ]);
  }
}

function cadvisorSpec(hostname: string, options: CadvisorOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.cadvisor),
      entrypoint: ['/usr/bin/cadvisor'],
      command: [
        '--logtostderr',
        `--port=${PORT}`,
        '--enable_metrics=cpu,memory',
        '--store_container_labels=false',
        '--housekeeping_interval=10s',
        '--allow_dynamic_housekeeping=false',
        // Prometheus keeps what was; this keeps it for its own pages.
        '--storage_duration=1m',
        '--event_storage_age_limit=default=0',
        '--event_storage_event_limit=default=0',
      ],
      user: '65534:65534',
      memory: Size.mebibytes(128),
      healthCheck: HealthCheck.http({ client: 'wget', port: PORT, path: '/healthz' }),
      listens: true,
    },
    options,
  );
}
