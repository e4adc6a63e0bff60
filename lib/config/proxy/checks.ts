import { isIP } from 'node:net';
import { ConfigurationError, isDomain, quote } from '../../values';
import { servedHosts } from './hosts';
import type { ProxyModel, Route, Site } from './model';

/**
 * Checks the model as a whole, for every engine. Single values are checked where they are written.
 * @param ownPorts further ports on which the program listens
 * @throws ConfigurationError for a route without an answer, for two sites or routes with the same host or path, and for
 * a port, host or path that is not valid
 */
export function checkProxyModel(model: ProxyModel, ownPorts: readonly number[] = []): void {
  checkPorts(model, ownPorts);
  checkMetrics(model);
  const hosts = model.sites.flatMap((site) =>
    [site.hosts.length === 0 ? ANY_HOST : [], servedHosts(model, site)].flat(),
  );
  refuseRepeated('two sites claim', hosts);
  for (const site of model.sites) checkSite(site, model);
}

const ANY_HOST = 'any host';

/** Pattern of segments other than `.` and `..`, optionally with a slash and a star at the end. */
const PATH = /^(?=\/)(?:\/(?!\.{1,2}(?:\/|$))[\w.~+:@-]+)*(?:\/\*?)?$/;

function checkMetrics({ metrics }: ProxyModel): void {
  if (!metrics || /^\/[\w./-]+$/.test(metrics.path)) return;
  throw new ConfigurationError(undefined, `a metrics path must be such as "/metrics", got ${quote(metrics.path)}`);
}

function checkPorts(model: ProxyModel, ownPorts: readonly number[]): void {
  const usesHttp = model.tls.kind === 'off' || model.redirectHttp;
  const ports = [
    ...(usesHttp ? [model.httpPort] : []),
    ...(model.tls.kind === 'off' ? [] : [model.httpsPort]),
    ...(model.metrics ? [model.metrics.port] : []),
    ...ownPorts,
  ];
  for (const port of [...ports, model.publicHttpsPort ?? 443]) {
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new ConfigurationError(undefined, `a port must be a whole number from 1 to 65535, got ${quote(port)}`);
    }
  }
  refuseRepeated('the proxy listens twice on port', ports.map(String));
}

function checkSite(site: Site, model: ProxyModel): void {
  const name = site.hosts[0] ?? ANY_HOST;
  for (const host of site.hosts) checkHost(host);
  if (model.tls.kind === 'acme' && site.hosts.length === 0) {
    throw new ConfigurationError(undefined, 'a site for any host cannot get a certificate by ACME; give it host names');
  }
  if (site.routes.length === 0 && !site.maintenance) {
    throw new ConfigurationError(undefined, `site ${quote(name)} has no route; add one, or set maintenance`);
  }
  refuseRepeated(`site ${quote(name)} has two routes for`, site.routes.map(routeKey));
  for (const route of site.routes) checkRoute(route);
}

/** Returns the key of a route. Some programs compare paths case-insensitively, and `/` means the same as `/*`. */
function routeKey(route: Route): string {
  return route.path === '/' ? '/*' : route.path.toLowerCase();
}

function checkHost(host: string): void {
  if (isDomain(host) || isIP(host) !== 0) return;
  throw new ConfigurationError(
    undefined,
    `a site's host must be a lower-case host name such as "app.example.org" or an IP address, got ${quote(host)}`,
  );
}

function checkRoute(route: Route): void {
  if (!PATH.test(route.path)) {
    throw new ConfigurationError(
      undefined,
      `a route's path must be such as "/", "/health" or "/v1/*" ("*" only as the last segment), got ${quote(route.path)}`,
    );
  }
  const answers = [hasUpstream(route) ? 'upstreams' : '', route.respond ? 'respond' : '', route.files ? 'files' : ''];
  const given = answers.filter((answer) => answer !== '');
  if (given.length === 1) return;
  throw new ConfigurationError(
    undefined,
    `route ${quote(route.path)} needs exactly one of upstreams, respond and files, got ${given.join(' and ') || 'none'}`,
  );
}

function hasUpstream({ upstreams = [] }: Route): boolean {
  return ('hosts' in upstreams ? upstreams.hosts : upstreams).length > 0;
}

function refuseRepeated(complaint: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new ConfigurationError(undefined, `${complaint} ${quote(repeated)}; keep one`);
}
