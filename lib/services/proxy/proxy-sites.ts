import type { IConstruct } from 'constructs';
import { assertCidr, assertDomain, assertOptions, ConfigurationError, Duration, Size } from '../../values';
import type { Headers, Route, Site, UserHash } from '../../config';
import type { Backend } from '../../model/capabilities/routable';
import { assertLiteralHeaders } from './literal-headers';
import { ROUTE_OPTIONS } from '../shared/option-shapes';
import type { UpstreamDiscovery } from './engines';
import type { RouteOptions } from './route-options';

/** A route as it was added. */
export interface AddedRoute {
  readonly backend: Backend;
  readonly options: RouteOptions;
  /** Paths of the hashes of the route's users in the container. */
  readonly users: readonly UserHash[];
}

export interface SiteSettings {
  readonly discovery: UpstreamDiscovery['by'];
  readonly domain: string | undefined;
  readonly securityHeaders: Headers;
  readonly compression: boolean;
  readonly maintenance?: Site['maintenance'];
}

/** Checks a route when it is added, so that the error points to the faulty line. */
export function assertRoute(where: IConstruct, options: RouteOptions, known: readonly AddedRoute[]): void {
  assertOptions(where, options, ROUTE_OPTIONS);
  if (options.host !== undefined) assertDomain(where, 'route host', options.host);
  for (const entry of options.allow ?? []) assertCidr(where, entry);
  assertLiteralHeaders(where, options);
  const { host, path = '/*' } = options;
  if (!path.startsWith('/')) {
    throw new ConfigurationError(
      where,
      `route path ${JSON.stringify(path)} does not start with "/"; write for example "/v1/*"`,
    );
  }
  const taken = known.some((route) => route.options.host === host && (route.options.path ?? '/*') === path);
  if (taken) {
    throw new ConfigurationError(
      where,
      `two routes for host ${JSON.stringify(host ?? 'any')} and path ${JSON.stringify(path)}; keep one of them`,
    );
  }
}

/** Returns the name of a route in the access log. */
export function routeName({ options }: Pick<AddedRoute, 'options'>, domain: string | undefined): string {
  return `${options.host ?? domain ?? ''}${options.path ?? '/*'}`;
}

/** Returns the routes grouped by host, as the renderers need them. */
export function sitesOf(where: IConstruct, routes: readonly AddedRoute[], settings: SiteSettings): readonly Site[] {
  const byHost = new Map<string, Route[]>();
  for (const route of routes) {
    const host = route.options.host ?? settings.domain ?? '';
    byHost.set(host, [...(byHost.get(host) ?? []), toRoute(where, route, settings)]);
  }
  const { securityHeaders, compression, maintenance } = settings;
  return [...byHost].map(([host, list]) => ({
    hosts: host === '' ? [] : [host],
    securityHeaders,
    compression,
    maintenance,
    routes: list,
  }));
}

/**
 * Returns upstreams. Containers of the stack get a new name with each version; other upstreams keep their address. The
 * host name of a service stands for all of its containers where the proxy asks DNS.
 */
function upstreamsOf(
  { workload }: Backend,
  upstreams: readonly string[],
  discovery: UpstreamDiscovery['by'],
): NonNullable<Route['upstreams']> {
  const parts = upstreams.map((upstream) => /^(.+):(\d+)$/.exec(upstream) ?? []);
  const hosts = parts.flatMap(([, host]) => host ?? []);
  const ports = new Set(parts.map(([, , port]) => port));
  const [port] = ports;
  if (workload === undefined || hosts.length < upstreams.length || ports.size > 1) return upstreams;
  const { hostname: name } = workload.spec;
  return { name, hosts: discovery === 'dns' ? [name] : hosts, port: Number(port) };
}

function toRoute(where: IConstruct, { backend, options, users }: AddedRoute, { discovery }: SiteSettings): Route {
  const upstreams = backend.upstreams();
  const path = options.path ?? '/*';
  if (upstreams.length === 0) {
    throw new ConfigurationError(
      where,
      `route ${JSON.stringify(path)} has no upstream; give its target at least one address`,
    );
  }
  return {
    path,
    service: backend.workload?.spec.hostname,
    stripPrefix: options.stripPrefix,
    upstreams: upstreamsOf(backend, upstreams, discovery),
    compression: options.compression,
    connectTimeout: options.connectTimeout ?? Duration.seconds(5),
    responseTimeout: options.responseTimeout ?? Duration.seconds(60),
    tryDuration: Duration.seconds(5),
    maxRequestBody: options.maxRequestBody ?? Size.mebibytes(10),
    basicAuth: users.length > 0 ? users : undefined,
    allow: options.allow,
    requestHeaders: options.requestHeaders,
    responseHeaders: options.responseHeaders,
  };
}
