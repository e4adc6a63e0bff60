import type { Construct } from 'constructs';
import { Duration, HealthCheck, Image, physicalName } from '../../../values';
import type { AlertRule, LogTransport } from '../../../values';
import { alloyAlerts, alloyStability, LOG_FILES, LOG_PORTS, renderAlloy, ROUTE_LABELS } from '../../../config';
import type { AlloyModel } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import { DataVolume } from '../../../model/workload/data-volume';
import { Tier } from '../../../model/workload/network';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import type { StackContext } from '../../../model/stack/stack-context';
import type { PublishedPort } from '../../../model/workload/workload-spec';
import { DEFAULT_IMAGES } from '../../default-images';
import { answerInside, insideName, insideTargetOf, listenAddress } from '../../shared/inside-address';
import { exposedPort, runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';

/** Options of Alloy. */
export interface AlloyOptions extends RuntimeProps {
  /**
   * Image of Alloy. A change replaces the container.
   * @default - `DEFAULT_IMAGES.alloy`
   */
  readonly image?: Image;
}

export interface AlloyProps extends AlloyOptions {
  /** Returns the model; called again when the program is complete. */
  readonly model: () => AlloyModel;
}

const ALLOY_PORT = 12_345;
const DIRECTORY = '/etc/alloy';
const FILE = 'config.alloy';
/** Data directory, which its image gives to the user `alloy`. */
const DATA = '/var/lib/alloy/data';
/** Directory of root. Without capabilities, root cannot write into another user's directory. */
const ROOT_DATA = '/positions';
const USER = '473:473';
const ROOT = '0:0';

/**
 * Alloy: receives logs and traces, adds their labels, and forwards them. It reloads its configuration without a
 * restart. Data sent while it is replaced is sent again.
 */
export class AlloyService extends Service implements IScrapable, IAlertSource {
  private readonly takesLogs: boolean;

  public constructor(scope: Construct, id: string, props: AlloyProps) {
    const { model: makeModel, ...options } = props;
    const model = makeModel();
    const hostname = options.hostname ?? physicalName([id]);
    super(scope, id, Tier.MONITORING, alloySpec(scope, hostname, options, model));
    answerInside(this);
    this.takesLogs = model.logs !== undefined;
    this.workload.variables.addAll(options.environment ?? {});
    this.mount(hostname, model.logs?.path);
    this.workload.addReloadable({
      directory: DIRECTORY,
      fileName: FILE,
      render: () => ({ content: renderAlloy(makeModel()) }),
      after: () => [],
      reload: (staged) => ['/bin/alloy', 'validate', `--stability.level=${alloyStability(model)}`, staged],
      signal: 'SIGHUP',
    });
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [{ ...insideTargetOf(this, ALLOY_PORT), relabel: this.takesLogs ? ROUTE_LABELS : undefined }];
  }

  public toAlertRules(): readonly AlertRule[] {
    const { environment, stackName: stack } = stackContext(this);
    const subject = { stack, job: this.hostname, commands: environment.platform.commands };
    return alloyAlerts(subject, this.takesLogs);
  }

  private mount(hostname: string, path: LogTransport | undefined): void {
    const asRoot = path?.kind === 'files';
    const name = `${hostname}-${asRoot ? 'positions' : 'data'}`;
    new DataVolume(this, 'Data', { name, acceptNoBackup: 'how far logs were read' }).mountInto(
      this,
      asRoot ? ROOT_DATA : DATA,
    );
    if (path?.kind === 'files') this.workload.addBindMount(path.directory, LOG_FILES);
  }
}

function alloySpec(scope: Construct, hostname: string, options: AlloyOptions, model: AlloyModel): ServiceSpec {
  const context = stackContext(scope);
  const asRoot = model.logs?.path.kind === 'files';
  const exposed = exposedPort(context, hostname, ALLOY_PORT);
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.alloy),
      entrypoint: ['/bin/alloy'],
      command: [
        'run',
        '--disable-reporting',
        // The bundle would be readable through the port of its metrics, too.
        '--server.http.disable-support-bundle',
        '--server.http.enable-pprof=false',
        `--stability.level=${alloyStability(model)}`,
        `--storage.path=${asRoot ? ROOT_DATA : DATA}`,
        `--server.http.listen-addr=${listenAddress(hostname, ALLOY_PORT, exposed)}`,
        `${DIRECTORY}/${FILE}`,
      ],
      user: asRoot ? ROOT : USER,
      healthCheck: HealthCheck.command(['/bin/bash', '-c', ready(insideName(hostname))], {
        startPeriod: Duration.minutes(1),
        interval: Duration.seconds(5),
      }),
      listens: true,
      ports: [...exposed, ...logPorts(context, model.logs?.path)],
      // The platform sends the lines of a host to that host.
      onEachHost: model.logs !== undefined,
    },
    options,
  );
}

/** Returns a readiness check: its image has a shell, but no HTTP client. */
function ready(host: string): string {
  return [
    `exec 3<>/dev/tcp/${host}/${ALLOY_PORT}`,
    String.raw`printf 'GET /-/ready HTTP/1.0\r\n\r\n' >&3`,
    `read -r _ status _ <&3`,
    `[[ $status == 200 ]]`,
  ].join(' && ');
}

/** Returns the published ports of the logs: the platform sends them from the host, which does not know host names. */
function logPorts({ environment }: StackContext, path: LogTransport | undefined): readonly PublishedPort[] {
  if (path === undefined || path.kind === 'files') return [];
  return environment.platform.logs.ports(path, LOG_PORTS[path.kind]);
}
