import type { Construct } from 'constructs';
import { Duration, HealthCheck, Image, physicalName, Size } from '../../../values';
import type { AlertRule } from '../../../values';
import { alertmanagerAlerts, renderAlertmanager } from '../../../config';
import type { IAlertSource } from '../../../model/capabilities/alert-source';
import { DataVolume } from '../../../model/workload/data-volume';
import { withConstruct } from '../../../model/stack/with-construct';
import { Tier } from '../../../model/workload/network';
import type { DataSource, IQueryable } from '../../../model/capabilities/queryable';
import { scrapeTargetOf } from '../../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import type { Secret } from '../../../model/secrets/secret';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { exposedPort, runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';
import { alertRoute } from './notification';
import type { Notification } from './notification';

/** Options of Alertmanager. */
export interface AlertmanagerOptions extends RuntimeProps {
  /**
   * Image of Alertmanager. A change replaces the container.
   * @default - `DEFAULT_IMAGES.alertmanager`
   */
  readonly image?: Image;
}

export interface AlertmanagerProps extends AlertmanagerOptions {
  readonly notifications: readonly Notification[];
  /** Address that is called each minute as long as alerts arrive. */
  readonly heartbeat: Secret | undefined;
}

export const ALERTMANAGER_PORT = 9093;
const DIRECTORY = '/etc/alertmanager';
const FILE = 'alertmanager.yml';
const DATA = '/alertmanager';

/** Alertmanager: groups alerts that belong together into one message, and leaves out silenced ones. */
export class AlertmanagerService extends Service implements IScrapable, IAlertSource, IQueryable {
  public constructor(scope: Construct, id: string, props: AlertmanagerProps) {
    const hostname = props.hostname ?? physicalName([id]);
    super(scope, id, Tier.MONITORING, alertmanagerSpec(scope, hostname, props));
    const { notifications, heartbeat } = props;
    this.workload.variables.addAll(props.environment ?? {});
    for (const { secrets } of notifications) for (const secret of secrets) this.workload.addSecret(secret);
    const heartbeatUrlFile = heartbeat === undefined ? undefined : this.workload.addSecret(heartbeat);
    new DataVolume(this, 'Data', { name: `${hostname}-data`, acceptNoBackup: 'silences only' }).mountInto(this, DATA);
    const text = withConstruct(this, () =>
      renderAlertmanager({ routes: notifications.map(alertRoute), heartbeatUrlFile }),
    );
    this.workload.addReloadable({
      directory: DIRECTORY,
      fileName: FILE,
      render: () => ({ content: text }),
      after: () => [],
      reload: (staged) => ['/bin/amtool', 'check-config', staged],
      signal: 'SIGHUP',
    });
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this, ALERTMANAGER_PORT)];
  }

  public toDataSource(): DataSource {
    return { kind: 'alertmanager', url: `http://${this.hostname}:${ALERTMANAGER_PORT}` };
  }

  public toAlertRules(): readonly AlertRule[] {
    return alertmanagerAlerts({ stack: stackContext(this).stackName, job: this.hostname });
  }
}

function alertmanagerSpec(scope: Construct, hostname: string, props: AlertmanagerProps): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: props.image ?? Image.of(DEFAULT_IMAGES.alertmanager),
      entrypoint: ['/bin/alertmanager'],
      command: [
        `--config.file=${DIRECTORY}/${FILE}`,
        `--storage.path=${DATA}`,
        // There is only one instance.
        '--cluster.listen-address=',
        '--log.format=json',
      ],
      user: '65534:65534',
      memory: Size.mebibytes(128),
      healthCheck: HealthCheck.command(
        ['/bin/amtool', `--alertmanager.url=http://127.0.0.1:${ALERTMANAGER_PORT}`, 'cluster', 'show'],
        { interval: Duration.seconds(5) },
      ),
      ports: exposedPort(stackContext(scope), hostname, ALERTMANAGER_PORT),
    },
    props,
  );
}
