import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { ConfigurationError, contentHash, Duration, HealthCheck, Image, physicalName, quoted } from '../../values';
import {
  assertUnique,
  composeDashboards,
  renderDashboardProvider,
  renderDataSources,
  sourcesAsked,
} from '../../config';
import type { ChartModel, Dashboard } from '../../config';
import { DataVolume } from '../../model/data-volume';
import { located } from '../../model/located';
import { Tier } from '../../model/network';
import type { DataSource } from '../../model/queryable';
import type { Backend, IRoutable } from '../../model/routable';
import { scrapeTargetOf } from '../../model/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/scrapable';
import { Secret } from '../../model/secret';
import { Service } from '../../model/service';
import type { ServiceSpec } from '../../model/service-spec';
import { stackContext } from '../../model/stack-context';
import { DEFAULT_IMAGES } from '../default-images';
import { exposedPort, runtimeSpec } from '../runtime';
import type { RuntimeProps } from '../runtime';
import { dashboardTemplates, readDashboards } from './dashboard-files';

export interface GrafanaOptions extends RuntimeProps {
  /** @default - `DEFAULT_IMAGES.grafana` */
  readonly image?: Image;
  /**
   * Paths of dashboards of your own, as Grafana exports them in its classic model. Each needs a `uid` of its own; a panel
   * asks the data source `prometheus`, `loki`, `tempo` or `alertmanager`, which are the uids of those of the stack.
   * @default - none
   */
  readonly dashboards?: readonly string[];
}

/** What it shows, known when the program is complete. */
export interface Shown {
  readonly sources: readonly DataSource[];
  readonly scrapeInterval: Duration;
  readonly charts: ChartModel;
}

const PORT = 3000;
const DATA = '/var/lib/grafana';
const PROVISIONING = '/etc/grafana/provisioning';
const HOME = 'overview.json';

/**
 * Shows what is measured and logged, to people who log in. Its dashboards are files that it looks at every few seconds:
 * a changed one restarts nothing. It is found at a route of a proxy, or at 127.0.0.1 where `expose` of the stack names it.
 */
export class GrafanaService extends Service implements IRoutable, IScrapable {
  /** The password of the user `admin`, who is made at the first start. */
  public readonly adminPassword: Secret;
  private readonly dashboards: readonly Dashboard[];
  private routed = false;

  public constructor(scope: Construct, id: string, options: GrafanaOptions = {}) {
    const hostname = options.hostname ?? physicalName([id]);
    super(scope, id, Tier.MONITORING, grafanaSpec(scope, hostname, options));
    this.dashboards = readDashboards(this, options.dashboards ?? []);
    new DataVolume(this, 'Data', {
      name: `${hostname}-data`,
      acceptNoBackup: 'the dashboards come from the program',
    }).mountInto(this, DATA);
    this.adminPassword = this.makeSecret('AdminPassword', 'ADMIN_PASSWORD', `of the user admin of ${hostname}`);
    this.makeSecret('SecretKey', 'SECRET_KEY', `with which ${hostname} encrypts what it stores`);
    this.ownPlaces();
    this.workload.environment.addAll({ ...SETTINGS, ...options.environment });
  }

  /**
   * Its own login is what it is protected by. It joins the network of what a proxy leads to, so that the proxy need not join
   * that of the monitoring, where nobody is asked for a login.
   */
  public toBackend(wanted: number = PORT): Backend {
    if (wanted !== PORT) {
      throw new ConfigurationError(this, `port ${quoted(wanted)} is none that Grafana listens on; leave \`port\` out`);
    }
    this.routed = true;
    const network = stackContext(this).network(Tier.APP);
    this.workload.joinNetwork(network, this.hostname);
    return {
      upstreams: () => this.workload.upstreamHosts().map((host) => `${host}:${PORT}`),
      network,
      workload: this.workload,
    };
  }

  /** None where a route leads to it: they are at the same port, and there for everybody. */
  public toScrapeTargets(): readonly ScrapeTarget[] {
    return this.routed ? [] : [scrapeTargetOf(this, PORT)];
  }

  /** Called when the program is complete. */
  public show({ sources, scrapeInterval, charts }: Shown): void {
    const made = [...composeDashboards(dashboardTemplates(), charts), ...this.dashboards];
    located(this, () => assertUnique(made));
    this.warnOfStrangers(sources);
    const directory = `/etc/grafana/dashboards-${contentHash(made.map(({ uid }) => uid).sort(), 6)}`;
    this.addProvisioning('datasources', renderDataSources({ sources, scrapeInterval }));
    this.addProvisioning('dashboards', renderDashboardProvider(directory));
    this.addDashboards(directory, made);
    this.setUnlessStated({
      GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${directory}/${HOME}`,
      ...(this.routed ? { GF_METRICS_ENABLED: 'false' } : {}),
    });
    this.setAddress(charts);
    if (this.routed || this.workload.spec.ports.length > 0) return;
    Annotations.of(this).addInfo(UNREACHED);
  }

  /** Somebody may have added one in Grafana itself, so that it is no error. */
  private warnOfStrangers(sources: readonly DataSource[]): void {
    const known = sources.map(({ kind }) => kind);
    for (const dashboard of this.dashboards) {
      // Their names differ from their uids in capitals only.
      const strange = sourcesAsked(dashboard).filter((uid) => !known.some((kind) => kind === uid.toLowerCase()));
      if (strange.length === 0) continue;
      Annotations.of(this).addWarning(
        `the dashboard ${quoted(dashboard.uid)} asks the data source ${strange.map(quoted).join(', ')}, which this stack does not have, so its panels stay empty; the stack's have the \`uid\` ${known.join(', ')}`,
      );
    }
  }

  /** What Grafana must not know as text is a file: two underscores are its own way to say so. */
  private makeSecret(id: string, key: string, description: string): Secret {
    const name = `${this.hostname}-${physicalName([id])}`;
    const secret = new Secret(this, id, { name, description: `${physicalName([id])} ${description}` });
    this.workload.environment.own(
      { [`GF_SECURITY_${key}__FILE`]: this.workload.addSecret(secret), [`GF_SECURITY_${key}`]: undefined },
      `its value is the secret ${quoted(name)}; set it with the command \`secrets\``,
    );
    return secret;
  }

  /** Where its data, its provisioning and its port are is built upon. */
  private ownPlaces(): void {
    this.workload.environment.own(
      { GF_PATHS_DATA: undefined, GF_PATHS_PROVISIONING: undefined, GF_SERVER_HTTP_PORT: undefined },
      'the volume, the dashboards and the routes follow from it; leave it out',
    );
  }

  private addProvisioning(kind: string, content: string): void {
    this.workload.addFile({ path: `${PROVISIONING}/${kind}/stack.yaml`, content });
  }

  /**
   * A directory that a program only reads keeps what was once put there. So there is another one for another set of
   * dashboards, at the cost of a restart when one is added or gone.
   */
  private addDashboards(directory: string, dashboards: readonly Dashboard[]): void {
    const files = dashboards.map(({ fileName, content }) => ({ fileName, content }));
    this.workload.addReloadable({
      directory,
      fileName: HOME,
      content: () => files.find(({ fileName }) => fileName === HOME)?.content ?? '',
      companions: () => files.filter(({ fileName }) => fileName !== HOME),
      after: () => [],
      // There is nothing to say: it looks by itself.
      reload: () => ['true'],
    });
  }

  /** For the links that it makes, and for its cookie. */
  private setAddress({ subjects }: ChartModel): void {
    const route = subjects.find(({ kind, words }) => kind === 'route' && words.service === this.hostname)?.words;
    if (route?.url === undefined) return;
    if (!['/', '/*'].includes(route.path ?? '')) {
      throw new ConfigurationError(
        this,
        `is routed at the path ${quoted(route.path)}, and takes all paths of a host; give the route a \`host\` of its own`,
      );
    }
    const secure = route.url.startsWith('https:');
    this.setUnlessStated({
      GF_SERVER_ROOT_URL: `${route.url}/`,
      GF_SECURITY_COOKIE_SECURE: String(secure),
    });
  }

  /** What the program itself says of it stands. */
  private setUnlessStated(variables: Readonly<Record<string, string>>): void {
    const { environment } = this.workload;
    const known = new Set(environment.entries().map(([key]) => key));
    for (const [key, value] of Object.entries(variables)) if (!known.has(key)) environment.add(key, value);
  }
}

const UNREACHED =
  'is reached by nobody; add a route to it, or name it in `expose` of the stack, or leave it out with `grafana: false`';

/** Nobody comes in without a login, and nothing goes out. */
const SETTINGS = {
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_AUTH_ANONYMOUS_ENABLED: 'false',
  GF_LOG_CONSOLE_FORMAT: 'json',
  GF_LOG_MODE: 'console',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  // The image has the data sources that it needs. An update of one at the start fails on a read-only root, and takes
  // the one that is there with it.
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
  GF_USERS_ALLOW_SIGN_UP: 'false',
};

function grafanaSpec(scope: Construct, hostname: string, options: GrafanaOptions): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: options.image ?? Image.of(DEFAULT_IMAGES.grafana),
      user: '472:0',
      // The first start makes its database.
      healthCheck: HealthCheck.http(
        { client: 'curl', port: PORT, path: '/api/health' },
        { startPeriod: Duration.minutes(2), interval: Duration.seconds(5) },
      ),
      stopGrace: Duration.seconds(30),
      ports: exposedPort(stackContext(scope).settings, hostname, PORT),
    },
    options,
  );
}
