import type { Construct } from 'constructs';
import { assertOptions, Tls } from '../../values';
import type { AlertRule, DashboardSubject, Duration, Image } from '../../values';
import { proxyAlerts, SECURITY_HEADERS } from '../../config';
import type { ProxyModel, ServiceLevelObjective } from '../../config';
import type { AccessLog, IAccessLogSource } from '../../model/capabilities/access-log-source';
import type { IAlertSource } from '../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../model/capabilities/dashboard-source';
import { DataVolume } from '../../model/workload/data-volume';
import { assertCapable } from '../../model/capabilities/capability-check';
import { withConstruct, childPath } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import type { IRoutable } from '../../model/capabilities/routable';
import type { IProbeSource, Probe } from '../../model/capabilities/probe-source';
import { scrapeTargetOf } from '../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/capabilities/scrapable';
import { Secret, secretPath } from '../../model/secrets/secret';
import { Service } from '../../model/workload/service';
import { stackContext } from '../../model/stack/stack-context';
import { PROXY_OPTIONS } from '../shared/option-shapes';
import type { RuntimeProps } from '../shared/runtime';
import { ProxyEngine } from './engines';
import { edgePorts, edgeUrl, HTTP_PORT, HTTPS_PORT } from './proxy-ports';
import { proxySpec } from './proxy-spec';
import { checkRateLimit } from './rate-limit';
import { type AddedRoute, assertRoute, sitesOf } from './proxy-sites';
import { assertProbe, probesOf } from './route-probes';
import { answerCharts, routeCharts } from './route-charts';
import { assertObjective, type RoutePlace, routeRules, routesWithObjective } from './route-objectives';
import type { RouteOptions } from './route-options';

/** Options of a reverse proxy. */
export interface ReverseProxyProps extends RuntimeProps {
  /** Program that serves the routes. A change replaces the container. @default ProxyEngine.caddy() */
  readonly engine?: ProxyEngine;
  /** Image of the engine. A change replaces the container. @default - the engine's image in `DEFAULT_IMAGES` */
  readonly image?: Image;
  /** Encryption of this proxy. @default - as the environment says */
  readonly tls?: Tls;
  /** If true, the proxy also answers over QUIC while TLS is on. @default true */
  readonly http3?: boolean;
  /**
   * Headers added to answers that do not have them; null removes one from all answers. An empty record adds none.
   * @default SECURITY_HEADERS
   */
  readonly securityHeaders?: Readonly<Record<string, string | null>>;
  /**
   * If true, the answers of all routes are compressed, unless a route states otherwise. Event streams never are.
   * @default true
   */
  readonly compression?: boolean;
  /** If true, the container's log has one JSON line for each request, with its `route` and `service`. @default true */
  readonly accessLog?: boolean;
  /** Message of a 503 answer to every request. @default - off */
  readonly maintenance?: { readonly message: string; readonly retryAfter: Duration };
  /**
   * Objective of all routes together; the proxy's own metrics do not distinguish routes. An alert fires when it is
   * about to be missed.
   * @default - none; an alert fires when more than 5 % of the answers are errors
   */
  readonly objective?: ServiceLevelObjective;
  /** Proxies in front whose X-Forwarded-For header is trusted. @default - none */
  readonly trustedProxies?: readonly string[];
}

/** Port of the proxy's own metrics, inside its network. */
const METRICS_PORT = 2020;

/**
 * The system's only entry: it terminates TLS and routes requests to services by host and path. A changed route is a
 * reload. The container is replaced only when the proxy itself changes.
 */
export class ReverseProxy
  extends Service
  implements IAccessLogSource, IAlertSource, IDashboardSource, IProbeSource, IScrapable
{
  private readonly engine: ProxyEngine;
  private readonly tls: Tls;
  private readonly routes: AddedRoute[] = [];
  private readonly rules: readonly AlertRule[];
  private certificate: Secret | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ReverseProxyProps = {},
  ) {
    assertOptions(childPath(scope, id), props, PROXY_OPTIONS);
    const engine = props.engine ?? ProxyEngine.caddy();
    const context = stackContext(scope);
    const tls = props.tls ?? context.environment.tls ?? Tls.off();
    super(scope, id, Tier.EDGE, proxySpec(id, engine, tls, props, edgePorts(context, tls, props.http3 ?? true)));
    this.engine = engine;
    this.tls = tls;
    this.rules = withConstruct(this, () => this.ownRules());
    if (tls.kind !== 'off') this.keepCertificates();
    this.workload.variables.addAll(props.environment ?? {});
    const { reload, upstreams } = engine;
    this.workload.addReloadable({
      directory: engine.configDirectory,
      fileName: engine.configFile,
      render: () => {
        const model = this.model();
        return { content: engine.render(model), followed: upstreams.by === 'files' ? upstreams.files(model) : [] };
      },
      after: () => this.routes.flatMap(({ backend }) => (backend.workload === undefined ? [] : [backend.workload])),
      reload: reload.by === 'command' ? reload.command : reload.check,
      signal: reload.by === 'signal' ? reload.signal : undefined,
    });
    this.node.addValidation({ validate: () => (this.routes.length > 0 ? [] : [NO_ROUTES]) });
    stackContext(this).addUrl(edgeUrl(context.settings, tls));
  }

  /** Sends requests for a host and path to a service, or to another target with upstreams. */
  public addRoute(target: IRoutable, options: RouteOptions = {}): void {
    assertRoute(this, options, this.routes);
    assertProbe(this, options);
    checkRateLimit(this, this.engine, options);
    assertCapable(this, target, 'toBackend', '`addRoute`', 'something that listens, such as an ApiService');
    const backend = target.toBackend(options.port);
    if (backend.network !== undefined) this.workload.joinNetwork(backend.network);
    const users = (options.basicAuth ?? []).map(({ user, password }) => ({ user, hashFile: this.hashOf(password) }));
    const route = { backend, options, users };
    assertObjective(this, route, this.props.accessLog ?? true, this.place());
    this.routes.push(route);
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this, METRICS_PORT)];
  }

  public toAccessLogs(): readonly AccessLog[] {
    const objectives = routesWithObjective(this.routes, stackContext(this).settings.domain);
    return (this.props.accessLog ?? true) ? [{ writer: this.hostname, fields: this.engine.logFields, objectives }] : [];
  }

  /** Returns no probes during maintenance, when every answer is an error on purpose. */
  public toProbes(): readonly Probe[] {
    if (this.props.maintenance !== undefined) return [];
    const { hostname, network, tls, routes, certificate } = this;
    const { settings } = stackContext(this);
    const certificateLimits = this.engine.certificateLimits?.[tls.kind];
    return probesOf(routes, { hostname, network, tls, certificate, certificateLimits, settings });
  }

  public toAlertRules(): readonly AlertRule[] {
    return this.props.maintenance === undefined ? [...this.rules, ...routeRules(this.routes, this.place())] : [];
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    const charts = routeCharts(this.hostname, this.routes, stackContext(this).settings, this.tls);
    return charts.length === 0 ? [] : [...charts, answerCharts(this.hostname, this.engine)];
  }

  private place(): RoutePlace {
    const { stackName: stack, settings } = stackContext(this);
    return { subject: { stack, job: this.hostname }, domain: settings.domain };
  }

  private ownRules(): readonly AlertRule[] {
    return proxyAlerts(this.place().subject, this.engine.metrics.answers(this.hostname), this.props.objective);
  }

  private model(): ProxyModel {
    const { settings } = stackContext(this);
    const { props } = this;
    return {
      httpPort: HTTP_PORT,
      httpsPort: HTTPS_PORT,
      publicHttpsPort: settings.edge?.https ?? HTTPS_PORT,
      tls: this.tlsInContainer(),
      http3: props.http3 ?? true,
      redirectHttp: true,
      accessLog: props.accessLog ?? true,
      metrics: { port: METRICS_PORT, path: '/metrics' },
      gracePeriod: this.workload.spec.stopGracePeriod,
      trustedProxies: props.trustedProxies,
      sites: sitesOf(this, this.routes, {
        discovery: this.engine.upstreams.by,
        domain: settings.domain,
        securityHeaders: props.securityHeaders ?? SECURITY_HEADERS,
        compression: props.compression ?? true,
        maintenance: props.maintenance,
      }),
    };
  }

  private tlsInContainer(): ProxyModel['tls'] {
    const { tls } = this;
    if (tls.kind !== 'files') return tls;
    const file = (part: string): string => secretPath({ name: `${this.hostname}-${part}` });
    return { kind: 'files', certificate: file('certificate'), key: file('key') };
  }

  private keepCertificates(): void {
    new DataVolume(this, 'Data', {
      name: `${this.hostname}-data`,
      acceptNoBackup: 'certificates are issued again',
    }).mountInto(this, this.engine.dataDirectory);
    if (this.tls.kind !== 'files') return;
    this.certificate = this.addTlsFile('certificate', this.tls.certificate);
    this.addTlsFile('key', this.tls.key);
  }

  private addTlsFile(part: string, file: string): Secret {
    const name = `${this.hostname}-${part}`;
    const secret = new Secret(this, name, { name, origin: 'file', file, description: `content of ${file}` });
    this.workload.addSecret(secret);
    return secret;
  }

  private hashOf(password: Secret): string {
    const known = password.node.tryFindChild('Hash') as Secret | undefined;
    return this.workload.addSecret(known ?? hashSecret(password));
  }
}

/** Returns the hash of a password. It is a child of the password, so that all proxies that check it share one hash. */
function hashSecret(password: Secret): Secret {
  return new Secret(password, 'Hash', {
    name: `${password.name}-hash`,
    origin: 'bcrypt',
    source: password,
    description: `bcrypt hash of ${password.name}`,
  });
}

const NO_ROUTES = 'has no route, so every request would be refused; add one with `addRoute`, or remove the proxy';
