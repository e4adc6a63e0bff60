import type { Construct } from 'constructs';
import { HealthCheck, Image, physicalName, Size } from '../../../values';
import type { AlertRule, DashboardSubject } from '../../../values';
import { hostAlerts } from '../../../config';
import type { HostAlertOptions } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../../model/capabilities/dashboard-source';
import { withConstruct } from '../../../model/stack/with-construct';
import { Tier } from '../../../model/workload/network';
import { scrapeTargetOf } from '../../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import { TMP } from '../../../model/workload/service-spec';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';

/** Options of the node exporter. */
export interface NodeExporterOptions extends RuntimeProps {
  /**
   * Image of the node exporter. A change replaces the container.
   * @default - `DEFAULT_IMAGES.nodeExporter`
   */
  readonly image?: Image;
  /** Thresholds of the host alerts. Changing them restarts nothing. */
  readonly alerts?: HostAlertOptions;
}

const PORT = 9100;
const HOST = '/host';
/** An empty directory hides the host's, which contains the engine's socket. */
const SOCKETS = `${HOST}/run`;
/** Collectors that need the host's own network, or are useless in a container. */
const WITHOUT = [
  'arp',
  'conntrack',
  'ipvs',
  'netclass',
  'netdev',
  'netstat',
  'sockstat',
  'softnet',
  'udp_queues',
  'wifi',
];
/** Mounts of containers and the system, which are not disks of the host. */
const NO_DISKS = '^/(dev|proc|run|sys|var/lib/docker/.+|var/lib/containers/.+)($|/)';

/**
 * Node exporter: metrics of the machine's disks, memory and processors. It must see the host's files; it does so
 * without `/run`, read-only and as an unprivileged user. It joins neither the host's network nor its processes, so it
 * has no metrics of network cards. It sees later mounts of the host after its next start.
 */
export class NodeExporterService extends Service implements IScrapable, IAlertSource, IDashboardSource {
  private readonly rules: readonly AlertRule[];

  public constructor(scope: Construct, id: string, options: NodeExporterOptions = {}) {
    super(scope, id, Tier.MONITORING, exporterSpec(options.hostname ?? physicalName([id]), options));
    const { environment, stackName: stack } = stackContext(this);
    const subject = { stack, job: this.hostname, commands: environment.platform.commands };
    this.rules = withConstruct(this, () => hostAlerts(subject, options.alerts));
    this.workload.variables.addAll(options.environment ?? {});
    this.workload.addBindMount('/', HOST);
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this, PORT)];
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    return [{ kind: 'host', variables: { node: this.hostname } }];
  }

  public toAlertRules(): readonly AlertRule[] {
    return this.rules;
  }
}

function exporterSpec(hostname: string, options: NodeExporterOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.nodeExporter),
      entrypoint: ['/bin/node_exporter'],
      command: [
        `--path.procfs=${HOST}/proc`,
        `--path.sysfs=${HOST}/sys`,
        `--path.rootfs=${HOST}`,
        // The directory is empty; without it the program would log an error at each start.
        `--path.udev.data=${SOCKETS}`,
        ...WITHOUT.map((name) => `--no-collector.${name}`),
        `--collector.filesystem.mount-points-exclude=${NO_DISKS}`,
      ],
      user: '65534:65534',
      memory: Size.mebibytes(64),
      healthCheck: HealthCheck.http({ client: 'wget', port: PORT }),
      listens: true,
      onEachHost: true,
    },
    { ...options, tmpfs: [...(options.tmpfs ?? [TMP]), { path: SOCKETS }] },
  );
}
