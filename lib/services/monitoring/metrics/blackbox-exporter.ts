import { posix } from 'node:path';
import type { Construct, IConstruct } from 'constructs';
import { HealthCheck, Image, physicalName, Size } from '../../../values';
import type { AlertRule, DashboardSubject } from '../../../values';
import { probeAlerts, probeModule, renderBlackbox } from '../../../config';
import type { ProbeJob } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../../model/capabilities/dashboard-source';
import { capableBelow } from '../../../model/capabilities/capability';
import { Tier } from '../../../model/workload/network';
import type { IProbeSource, Probe } from '../../../model/capabilities/probe-source';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { answerInside, insideName, insideTargetOf, listenAddress } from '../../shared/inside-address';
import { runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';
import { placeLabels } from './scrape-jobs';

/** Options of the blackbox exporter. */
export interface BlackboxExporterOptions extends RuntimeProps {
  /**
   * Image of the blackbox exporter. A change replaces the container.
   * @default - `DEFAULT_IMAGES.blackboxExporter`
   */
  readonly image?: Image;
}

const PORT = 9115;
const FILE = '/etc/blackbox_exporter/config.yml';

/**
 * Requests the public routes as an outside user would, from the proxy in the stack's network. It checks routes,
 * certificates and services, but neither public DNS nor the host's firewall.
 */
export class BlackboxExporterService extends Service implements IScrapable, IAlertSource, IDashboardSource {
  public constructor(
    scope: Construct,
    id: string,
    options: BlackboxExporterOptions,
    private readonly probes: readonly Probe[],
  ) {
    super(scope, id, Tier.MONITORING, exporterSpec(options.hostname ?? physicalName([id]), options));
    answerInside(this);
    this.workload.variables.addAll(options.environment ?? {});
    this.workload.addFile({ path: FILE, content: renderBlackbox() });
    for (const { network } of probes) if (network !== undefined) this.workload.joinNetwork(network);
    this.trustCertificates();
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [insideTargetOf(this, PORT)];
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    const encrypted = this.probes.some(({ tls }) => tls.kind !== 'off');
    return [
      ...this.probes.map(({ service }) => ({ kind: 'probe', variables: { service } })),
      ...(encrypted ? [{ kind: 'certificate', variables: {} }] : []),
    ];
  }

  public toAlertRules(): readonly AlertRule[] {
    return probeAlerts({ stack: stackContext(this).stackName, job: this.job }, this.probes);
  }

  /** Returns the scrape job with its probes. */
  public toProbeJob(): ProbeJob {
    const place = placeLabels(this);
    const addresses = this.probes.map(({ url, target, host, service, tls }) => ({
      url,
      target,
      host,
      module: probeModule(tls),
      labels: { ...place, service, tls: tls.kind },
    }));
    return { name: this.job, exporter: `${insideName(this.hostname)}:${PORT}`, addresses };
  }

  /**
   * Adds a directory of certificates that the program trusts in addition to the public authorities, for your own
   * authority.
   */
  private trustCertificates(): void {
    const certificates = new Set(this.probes.flatMap(({ certificate }) => certificate ?? []));
    if (certificates.size === 0) return;
    const directories = [...certificates].map((certificate) => posix.dirname(this.workload.addSecret(certificate)));
    this.workload.variables.add('SSL_CERT_DIR', ['/etc/ssl/certs', ...new Set(directories)].join(':'));
  }

  private get job(): string {
    return `${this.hostname}-routes`;
  }
}

/** Returns each probe of the constructs at or below the root, once. */
export function allProbes(root: IConstruct): readonly Probe[] {
  const all = capableBelow<IProbeSource>(root, 'toProbes').flatMap((probed) => probed.toProbes());
  return all.filter(({ url }, index) => all.findIndex((other) => other.url === url) === index);
}

function exporterSpec(hostname: string, options: BlackboxExporterOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.blackboxExporter),
      entrypoint: ['/bin/blackbox_exporter'],
      // Logs why a probe failed, but not redirects.
      command: [
        `--config.file=${FILE}`,
        `--web.listen-address=${listenAddress(hostname, PORT)}`,
        '--log.format=json',
        '--log.prober=error',
      ],
      user: '65534:65534',
      memory: Size.mebibytes(64),
      healthCheck: HealthCheck.http({ client: 'wget', host: insideName(hostname), port: PORT, path: '/-/healthy' }),
      replacement: 'stop-first',
      listens: true,
    },
    options,
  );
}
