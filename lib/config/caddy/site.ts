import { isIPv6 } from 'node:net';
import { servedHosts, type Site } from '../proxy';
import { drainLines, listenerLines } from './drain';
import { errorPages } from './error-pages';
import { siteHeaders } from './header-lines';
import type { CaddyfileModel } from './model';
import { routeLines, staticAnswer } from './route';
import { block, type Lines, literal, plain } from './text';

const HSTS = 'strict-transport-security';

/** Returns the block of one site, with the redirect to it, if any. */
export function siteLines(model: CaddyfileModel, site: Site): string[][] {
  const secured = withoutUselessHsts(model, site);
  const content = [
    ...listenerLines(model),
    ...tls(model),
    ...accessLog(model),
    ...drainLines(model),
    ...siteHeaders(secured),
    ...http3Port(model),
    ...(site.maintenance ? maintenance(site.maintenance) : routeLines(model, secured)),
    // Without this an error raised inside would have no headers but Caddy's own.
    ...errorPages(secured),
  ];
  const scheme = model.tls.kind === 'off' ? 'http' : 'https';
  const sites = [block(addresses(scheme, port(model), servedHosts(model, site)), content)];
  return redirects(model) ? [...sites, redirect(model, site)] : sites;
}

/** Returns the block for hosts without a site. They get 421, which tells a client that it asked the wrong server. */
export function unknownHostLines(model: CaddyfileModel): string[][] {
  const servers: [string, number][] =
    model.tls.kind === 'off' ? [['http', model.httpPort]] : [['https', model.httpsPort]];
  if (redirects(model)) servers.push(['http', model.httpPort]);
  const taken = (scheme: string): boolean =>
    model.sites.some((site) => site.hosts.length === 0 && (scheme === 'http' || servedHosts(model, site).length === 0));
  return servers
    .filter(([scheme]) => !taken(scheme))
    .map(([scheme, number]) =>
      block(`${scheme}://:${number}`, [
        ...(number === port(model) ? listenerLines(model) : []),
        ...accessLog(model),
        'header -Server',
        'respond 421',
      ]),
    );
}

/** Returns the block of Caddy's own metrics, separate from the sites so that no route or host can reach them. */
export function metricsLines({ metrics }: CaddyfileModel): string[][] {
  if (!metrics) return [];
  const content = [...block(`handle ${metrics.path}`, ['metrics']), ...block('handle', ['respond 404'])];
  return [block(`http://:${metrics.port}`, content)];
}

function port(model: CaddyfileModel): number {
  return model.tls.kind === 'off' ? model.httpPort : model.httpsPort;
}

function redirects(model: CaddyfileModel): boolean {
  return model.redirectHttp && model.tls.kind !== 'off';
}

function addresses(scheme: string, number: number, hosts: Lines): string {
  const names = hosts.length === 0 ? [''] : hosts;
  return names.map((host) => `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${number}`).join(', ');
}

function tls(model: CaddyfileModel): Lines {
  if (model.tls.kind === 'internal') return ['tls internal'];
  if (model.tls.kind !== 'files') return [];
  return [`tls ${plain('certificate path', model.tls.certificate)} ${plain('key path', model.tls.key)}`];
}

/** Returns the header that offers HTTP/3. Caddy would offer the port that it listens on, which clients cannot reach. */
function http3Port(model: CaddyfileModel): Lines {
  const publicPort = model.publicHttpsPort ?? 443;
  if (!model.http3 || model.tls.kind === 'off' || publicPort === model.httpsPort) return [];
  return [`header Alt-Svc ${literal('Alt-Svc', `h3=":${publicPort}"; ma=2592000`)}`];
}

function accessLog(model: CaddyfileModel): Lines {
  return model.accessLog ? block('log', ['output stdout', 'format json']) : [];
}

function maintenance(said: NonNullable<Site['maintenance']>): Lines {
  const { message, retryAfter } = said;
  const seconds = Math.ceil(retryAfter.toSeconds({ integral: false }));
  return [`header Retry-After ${seconds}`, staticAnswer(503, 'maintenance message', message)];
}

/** Returns the redirect of any host to that host's site, on its public port. */
function redirect(model: CaddyfileModel, site: Site): string[] {
  const publicPort = model.publicHttpsPort ?? 443;
  const target = `https://{host}${publicPort === 443 ? '' : `:${publicPort}`}{uri}`;
  return block(addresses('http', model.httpPort, site.hosts), [
    ...accessLog(model),
    'header -Server',
    `redir ${target} 308`,
  ]);
}

/**
 * Returns the site without the HSTS header where it does harm. Browsers ignore it over plain HTTP; for `localhost` it
 * would apply to every port of the machine.
 */
function withoutUselessHsts(model: CaddyfileModel, site: Site): Site {
  const local = servedHosts(model, site).some((host) => host === 'localhost' || host.endsWith('.localhost'));
  if (model.tls.kind !== 'off' && !local) return site;
  const entries = Object.entries(site.securityHeaders).filter(([name]) => name.toLowerCase() !== HSTS);
  return { ...site, securityHeaders: Object.fromEntries(entries) };
}
