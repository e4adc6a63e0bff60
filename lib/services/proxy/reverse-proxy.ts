import type { Construct } from 'constructs';
import { assertOptions, Duration, Tls } from '../../values';
import type { AlertRule, ChartSubject, Image } from '../../values';
import { SECURITY_HEADERS } from '../../config';
import type { ProxyObjective } from '../../config';
import type { AccessLog, IAccessLogging } from '../../model/access-log';
import type { IAlerting } from '../../model/alerting';
import type { ICharted } from '../../model/charted';
import { DataVolume } from '../../model/data-volume';
import { assertCapable } from '../../model/capability-check';
import { located, placeBelow } from '../../model/located';
import { Tier } from '../../model/network';
import type { IRoutable } from '../../model/routable';
import type { IProbed, Probe } from '../../model/probed';
import { scrapeTargetOf } from '../../model/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/scrapable';
import { Secret, secretPath } from '../../model/secret';
import { Service } from '../../model/service';
import { stackContext } from '../../model/stack-context';
import { PROXY_OPTIONS } from '../option-shapes';
import type { RuntimeProps } from '../runtime';
import { CADDY, CADDY_ADMIN } from './caddy-engine';
import type { ProxyEngine, ProxyModel } from './proxy-engine';
import { edgePorts, edgeUrl, HTTP_PORT, HTTPS_PORT } from './proxy-ports';
import { proxySpec } from './proxy-spec';
import { drainOf, graceAfter } from './reload-drain';
import { checkRateLimit } from './rate-limit';
import { type AddedRoute, assertRoute, sitesOf } from './proxy-sites';
import { assertProbe, probesOf } from './route-probes';
import { routeCharts } from './route-charts';
import { assertObjective, type RoutePlace, routeRules, routesWithObjective } from './route-objectives';
import type { RouteOptions } from './route-options';

/** Options of a reverse proxy. */
export interface ReverseProxyProps extends RuntimeProps {
  /** Program that serves the routes. A change replaces the container. @default Caddy 2 */
  readonly engine?: ProxyEngine;
  /** Image of the engine. A change replaces the container. @default - the engine's image in `DEFAULT_IMAGES` */
  readonly image?: Image;
  /** Encryption of this proxy. @default - as the environment says */
  readonly tls?: Tls;
  /** If true, the proxy also answers over QUIC while TLS is on. @default true */
  readonly http3?: boolean;
  /** Headers added to answers that do not have them. An empty record adds none. @default SECURITY_HEADERS */
  readonly securityHeaders?: Readonly<Record<string, string>>;
  /**
   * If true, the answers of all routes are compressed, unless a route states otherwise. Event streams never are.
   * @default true
   */
  readonly compression?: boolean;
  /** If true, the container's log has one JSON line for each request, with its `route` and `service`. @default true */
  readonly accessLog?: boolean;
  /** Message of a 503 answer to every request. @default - off */
  readonly maintenance?: { readonly message: string; readonly retryAfter: Duration };
  /** Time that a websocket stays open after a reload of the configuration. @default 1 hour */
  readonly streamCloseDelay?: Duration;
  /**
   * Time that the previous configuration goes on after a reload, at most 10 seconds. Each of its answers asks the
   * client to use another connection, so that none in use is closed. A stop takes as much longer. A change is a reload.
   * @default 1 second
   */
  readonly reloadDrain?: Duration;
  /**
   * If true, the kernel moves connections that Caddy has not accepted yet to its new listener at a reload
   * (`net.ipv4.tcp_migrate_req`). Set it to false for Linux before 5.14, which resets them. A change replaces the
   * container.
   * @default true
   */
  readonly migrateConnections?: boolean;
  /**
   * Objective of all routes together; the proxy's own metrics do not distinguish routes. An alert fires when it is
   * about to be missed.
   * @default - none; an alert fires when more than 5 % of the answers are errors
   */
  readonly objective?: ProxyObjective;
  /** Proxies in front whose X-Forwarded-For header is trusted. @default - none */
  readonly trustedProxies?: readonly string[];
}

/** Port of the proxy's own metrics, inside its network. */
const METRICS_PORT = 2020;

/**
 * The system's only entry: it terminates TLS and routes requests to services by host and path. A changed route is a
 * reload. The container is replaced only when the proxy itself changes.
 */
export class ReverseProxy extends Service implements IAccessLogging, IAlerting, ICharted, IProbed, IScrapable {
  private readonly engine: ProxyEngine;
  private readonly tls: Tls;
  private readonly routes: AddedRoute[] = [];
  private readonly rules: readonly AlertRule[];
  private readonly drain: Duration;
  private certificate: Secret | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: ReverseProxyProps = {},
  ) {
    assertOptions(placeBelow(scope, id), props, PROXY_OPTIONS);
    const engine = props.engine ?? CADDY;
    const context = stackContext(scope);
    const tls = props.tls ?? context.environment.tls ?? Tls.off();
    super(scope, id, Tier.EDGE, proxySpec(id, engine, tls, props, edgePorts(context, tls, props.http3 ?? true)));
    this.engine = engine;
    this.tls = tls;
    this.drain = located(this, () => drainOf(props));
    this.rules = located(this, () => engine.alerts(this.place().subject, props.objective));
    if (tls.kind !== 'off') this.keepCertificates();
    this.workload.environment.addAll(props.environment ?? {});
    this.workload.addReloadable({
      directory: engine.configDirectory,
      fileName: engine.configFile,
      content: () => engine.render(this.model()),
      followed: () => engine.followed(this.model()),
      after: () => this.routes.flatMap(({ backend }) => (backend.workload === undefined ? [] : [backend.workload])),
      reload: (file) => engine.reload(file),
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
    return (this.props.accessLog ?? true) ? [{ writer: this.hostname, objectives }] : [];
  }

  /** Returns no probes during maintenance, when every answer is an error on purpose. */
  public toProbes(): readonly Probe[] {
    if (this.props.maintenance !== undefined) return [];
    const { hostname, network, tls, routes, certificate } = this;
    return probesOf(routes, { hostname, network, tls, certificate, settings: stackContext(this).settings });
  }

  public toAlertRules(): readonly AlertRule[] {
    return this.props.maintenance === undefined ? [...this.rules, ...routeRules(this.routes, this.place())] : [];
  }

  public toChartSubjects(): readonly ChartSubject[] {
    return routeCharts(this.hostname, this.routes, stackContext(this).settings, this.tls);
  }

  private place(): RoutePlace {
    const { stackName: stack, settings } = stackContext(this);
    return { subject: { stack, job: this.hostname }, engine: this.engine, domain: settings.domain };
  }

  private model(): ProxyModel {
    const { settings } = stackContext(this);
    const { props } = this;
    return {
      adminAddress: CADDY_ADMIN,
      httpPort: HTTP_PORT,
      httpsPort: HTTPS_PORT,
      publicHttpsPort: settings.edge?.https ?? HTTPS_PORT,
      tls: this.tlsInContainer(),
      http3: props.http3 ?? true,
      redirectHttp: true,
      accessLog: props.accessLog ?? true,
      metrics: { port: METRICS_PORT, path: '/metrics' },
      upstreamDirectory: this.engine.configDirectory,
      reloadDrain: this.drain,
      gracePeriod: graceAfter(this.drain, this.workload.spec.stopGrace),
      streamCloseDelay: props.streamCloseDelay ?? Duration.hours(1),
      trustedProxies: props.trustedProxies,
      sites: sitesOf(this, this.routes, {
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
