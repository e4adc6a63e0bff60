import type { Construct } from 'constructs';
import { HealthCheck, Image, physicalName, Size } from '../../../values';
import type { AlertRule, DashboardSubject, ContainerAlertOptions } from '../../../values';
import { containerAlerts, containerLabels } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../../model/capabilities/dashboard-source';
import { capableBelow } from '../../../model/capabilities/capability';
import type { IExporterSource } from '../../../model/capabilities/exporter-source';
import { Tier } from '../../../model/workload/network';
import { scrapeTargetOf } from '../../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';

/** Options of cAdvisor. */
export interface CadvisorOptions extends RuntimeProps {
  /**
   * Image of cAdvisor. A change replaces the container.
   * @default - `DEFAULT_IMAGES.cadvisor`
   */
  readonly image?: Image;
  /** Thresholds of the container alerts, for services that state none. Changing them restarts nothing. */
  readonly alerts?: ContainerAlertOptions;
}

const PORT = 8080;

/**
 * cAdvisor: memory and processor time of the stack's containers. It reads them from the kernel in the host's `/sys`,
 * mounted read-only. It has neither the Docker socket nor the host's files and runs as an unprivileged user, so it
 * knows no container names. The platform gives each service of the stack a name in the kernel's figures.
 */
export class CadvisorService extends Service implements IScrapable, IAlertSource, IDashboardSource {
  public constructor(scope: Construct, id: string, options: CadvisorOptions = {}) {
    super(scope, id, Tier.MONITORING, cadvisorSpec(options.hostname ?? physicalName([id]), options));
    this.workload.variables.addAll(options.environment ?? {});
    this.workload.addBindMount('/sys', '/sys');
  }

  /** Makes the kernel count each service under its own name. A service that gets one is rolled out again. */
  public observe(): void {
    for (const { workload } of stackContext(this).services) workload.observe({ measured: true });
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    const { environment, services, stackName } = stackContext(this);
    const patterns = environment.platform.containerPatterns(stackName);
    const relabel = containerLabels({
      all: patterns.all,
      services: Object.fromEntries(services.map(({ hostname }) => [hostname, patterns.of(hostname)])),
    });
    // Its timestamps would keep ended containers visible for minutes.
    return [{ ...scrapeTargetOf(this, PORT), relabel, honorTimestamps: false }];
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    return [{ kind: 'containers', variables: { cadvisor: this.hostname } }];
  }

  public toAlertRules(): readonly AlertRule[] {
    const { environment, services, stackName: stack } = stackContext(this);
    const { commands } = environment.platform;
    const audible = this.audible();
    const beside = new Set<unknown>(this.node.scope?.node.findAll());
    return services
      .filter(({ workload }) => workload.spec.kind === 'service')
      .flatMap((service) => {
        const severity = beside.has(service) ? 'warning' : 'critical';
        const subject = { stack, job: service.hostname, reader: this.hostname, commands };
        const down = audible.has(service) ? undefined : severity;
        return containerAlerts({ ...subject, down }, { ...this.containerAlerts, ...service.containerAlerts });
      });
  }

  /** Returns services whose own metrics show that they are down. */
  private audible(): ReadonlySet<unknown> {
    const { root, services } = stackContext(this);
    const targets = capableBelow<IScrapable>(root, 'toScrapeTargets').flatMap((one) => one.toScrapeTargets());
    const read = new Set(targets.map(({ workload }) => workload));
    return new Set<unknown>([
      ...services.filter(({ workload }) => read.has(workload)),
      ...capableBelow<IExporterSource>(root, 'toExporter'),
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
        // Prometheus keeps the history; this keeps it for cAdvisor's own pages.
        '--storage_duration=1m',
        '--event_storage_age_limit=default=0',
        '--event_storage_event_limit=default=0',
      ],
      user: '65534:65534',
      memory: Size.mebibytes(128),
      healthCheck: HealthCheck.http({ client: 'wget', port: PORT, path: '/healthz' }),
      listens: true,
      onEachHost: true,
    },
    options,
  );
}
