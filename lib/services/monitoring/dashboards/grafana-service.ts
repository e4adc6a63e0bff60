import { Annotations } from 'cdktf';
import type { Construct } from 'constructs';
import { ConfigurationError, contentHash, Duration, HealthCheck, Image, physicalName, quote } from '../../../values';
import {
  assertUnique,
  composeDashboards,
  renderDashboardProvider,
  renderDataSources,
  sourcesAsked,
} from '../../../config';
import type { DashboardModel, Dashboard } from '../../../config';
import { DataVolume } from '../../../model/workload/data-volume';
import { withConstruct } from '../../../model/stack/with-construct';
import { Tier } from '../../../model/workload/network';
import type { DataSource } from '../../../model/capabilities/queryable';
import type { Backend, IRoutable } from '../../../model/capabilities/routable';
import { scrapeTargetOf } from '../../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../../model/capabilities/scrapable';
import { Secret } from '../../../model/secrets/secret';
import { Service } from '../../../model/workload/service';
import type { ServiceSpec } from '../../../model/workload/service-spec';
import { stackContext } from '../../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../../default-images';
import { exposedPort, runtimeSpec } from '../../shared/runtime';
import type { RuntimeProps } from '../../shared/runtime';
import { dashboardTemplates, readDashboards } from './dashboard-files';

/** Options of Grafana. */
export interface GrafanaOptions extends RuntimeProps {
  /**
   * Image of Grafana. A change replaces the container.
   * @default - `DEFAULT_IMAGES.grafana`
   */
  readonly image?: Image;
  /**
   * Paths of your own dashboards, as Grafana exports them in its classic model. Each needs its own `uid`. A panel uses
   * the data source `prometheus`, `loki`, `tempo` or `alertmanager`; these are the uids of the stack's data sources.
   * @default - none
   */
  readonly dashboards?: readonly string[];
}

/** Content of Grafana, known when the program is complete. */
export interface Shown {
  readonly sources: readonly DataSource[];
  readonly scrapeInterval: Duration;
  readonly charts: DashboardModel;
}

const PORT = 3000;
const DATA = '/var/lib/grafana';
const PROVISIONING = '/etc/grafana/provisioning';
const HOME = 'overview.json';

/**
 * Grafana: shows metrics, logs and traces to logged-in users. It checks its dashboard files every few seconds, so a
 * changed one restarts nothing. Reach it by a route of a proxy, or from the host through `expose` of the stack.
 */
export class GrafanaService extends Service implements IRoutable, IScrapable {
  /** Password of the user `admin`, which Grafana creates at its first start. */
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
    this.workload.variables.addAll({ ...SETTINGS, ...options.environment });
  }

  /**
   * Returns the backend; Grafana's own login protects it. It joins the network of the proxy's targets, so that the
   * proxy need not join the monitoring network, whose programs have no login.
   */
  public toBackend(wanted: number = PORT): Backend {
    if (wanted !== PORT) {
      throw new ConfigurationError(this, `port ${quote(wanted)} is none that Grafana listens on; leave \`port\` out`);
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

  /** Returns no targets if a route leads to it: the metrics are on the same port, and would be public. */
  public toScrapeTargets(): readonly ScrapeTarget[] {
    return this.routed ? [] : [scrapeTargetOf(this, PORT)];
  }

  /** Sets its content. Called when the program is complete. */
  public show({ sources, scrapeInterval, charts }: Shown): void {
    const made = [...composeDashboards(dashboardTemplates(), charts), ...this.dashboards];
    withConstruct(this, () => assertUnique(made));
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

  /** Warns of unknown data sources. It is not an error, because they may have been added in Grafana itself. */
  private warnOfStrangers(sources: readonly DataSource[]): void {
    const known = sources.map(({ kind }) => kind);
    for (const dashboard of this.dashboards) {
      // Their names differ from their uids only in case.
      const strange = sourcesAsked(dashboard).filter((uid) => !known.some((kind) => kind === uid.toLowerCase()));
      if (strange.length === 0) continue;
      Annotations.of(this).addWarning(
        `the dashboard ${quote(dashboard.uid)} asks the data source ${strange.map(quote).join(', ')}, which this stack does not have, so its panels stay empty; the stack's have the \`uid\` ${known.join(', ')}`,
      );
    }
  }

  /** Returns a secret that Grafana reads from a file; two underscores in a variable are its syntax for that. */
  private makeSecret(id: string, key: string, description: string): Secret {
    const name = `${this.hostname}-${physicalName([id])}`;
    const secret = new Secret(this, id, { name, description: `${physicalName([id])} ${description}` });
    this.workload.variables.own(
      { [`GF_SECURITY_${key}__FILE`]: this.workload.addSecret(secret), [`GF_SECURITY_${key}`]: undefined },
      `its value is the secret ${quote(name)}; set it with the command \`secrets\``,
    );
    return secret;
  }

  /** Owns the variables of its data, provisioning and port, because this construct relies on them. */
  private ownPlaces(): void {
    this.workload.variables.own(
      { GF_PATHS_DATA: undefined, GF_PATHS_PROVISIONING: undefined, GF_SERVER_HTTP_PORT: undefined },
      'the volume, the dashboards and the routes follow from it; leave it out',
    );
  }

  private addProvisioning(kind: string, content: string): void {
    this.workload.addFile({ path: `${PROVISIONING}/${kind}/stack.yaml`, content });
  }

  /**
   * Adds the dashboards. Files once put into a read-only directory stay there, so another set of dashboards gets
   * another directory. Adding or removing one therefore restarts Grafana.
   */
  private addDashboards(directory: string, dashboards: readonly Dashboard[]): void {
    const files = dashboards.map(({ fileName, content }) => ({ fileName, content }));
    this.workload.addReloadable({
      directory,
      fileName: HOME,
      render: () => ({
        content: files.find(({ fileName }) => fileName === HOME)?.content ?? '',
        companions: files.filter(({ fileName }) => fileName !== HOME),
      }),
      after: () => [],
      // No command is needed: Grafana checks the files itself.
      reload: () => ['true'],
    });
  }

  /** Sets the address for its links and its cookie. */
  private setAddress({ subjects }: DashboardModel): void {
    const route = subjects.find(
      ({ kind, variables }) => kind === 'route' && variables.service === this.hostname,
    )?.variables;
    if (route?.url === undefined) return;
    if (!['/', '/*'].includes(route.path ?? '')) {
      throw new ConfigurationError(
        this,
        `is routed at the path ${quote(route.path)}, and takes all paths of a host; give the route a \`host\` of its own`,
      );
    }
    const secure = route.url.startsWith('https:');
    this.setUnlessStated({
      GF_SERVER_ROOT_URL: `${route.url}/`,
      GF_SECURITY_COOKIE_SECURE: String(secure),
    });
  }

  /** Sets variables that the program does not state itself. */
  private setUnlessStated(defaults: Readonly<Record<string, string>>): void {
    const { variables } = this.workload;
    const known = new Set(variables.entries().map(([key]) => key));
    for (const [key, value] of Object.entries(defaults)) if (!known.has(key)) variables.add(key, value);
  }
}

const UNREACHED =
  'is reached by nobody; add a route to it, or name it in `expose` of the stack, or leave it out with `grafana: false`';

/** Settings: no access without a login, and no calls to other servers. */
const SETTINGS = {
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_AUTH_ANONYMOUS_ENABLED: 'false',
  GF_LOG_CONSOLE_FORMAT: 'json',
  GF_LOG_MODE: 'console',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  // The image has the data sources that it needs. An update of one at the start fails on a read-only root, and removes
  // the installed one.
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
      // The first start creates its database.
      healthCheck: HealthCheck.http(
        { client: 'curl', port: PORT, path: '/api/health' },
        { startPeriod: Duration.minutes(2), interval: Duration.seconds(5) },
      ),
      stopGracePeriod: Duration.seconds(30),
      ports: exposedPort(stackContext(scope), hostname, PORT),
    },
    options,
  );
}
