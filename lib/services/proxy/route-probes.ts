import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { CertificateLimits, Tls } from '../../values';
import type { SystemSettings } from '../../model/stack/system-settings';
import type { Network } from '../../model/workload/network';
import type { Probe } from '../../model/capabilities/probe-source';
import type { Secret } from '../../model/secrets/secret';
import { HTTP_PORT, HTTPS_PORT } from './proxy-ports';
import type { AddedRoute } from './proxy-sites';
import type { RouteOptions } from './route-options';

/** The proxy that answers for the routes. */
export interface ProbedProxy {
  readonly hostname: string;
  readonly network: Network;
  readonly tls: Tls;
  readonly certificate: Secret | undefined;
  readonly certificateLimits: CertificateLimits | undefined;
  readonly settings: SystemSettings;
}

/** Returns the probes of routes. Routes with an unknown host, or with a wildcard host, are left out. */
export function probesOf(routes: readonly AddedRoute[], proxy: ProbedProxy): readonly Probe[] {
  return routes.flatMap((route) => probeOf(route, proxy));
}

function probeOf({ options, backend }: AddedRoute, proxy: ProbedProxy): readonly Probe[] {
  const { tls, certificate, certificateLimits, hostname, network, settings } = proxy;
  const host = hostOf(options, proxy);
  if (options.probe === false || host === undefined) return [];
  const path = options.probe ?? basePath(options);
  const { scheme, port, inside } = listener(settings, tls);
  return [
    {
      url: `${scheme}://${host}${port}${path}`,
      target: `${scheme}://${hostname}:${inside}${path}`,
      host,
      service: backend.workload?.spec.hostname ?? hostname,
      tls,
      certificate,
      certificateLimits,
      network,
    },
  ];
}

/** Returns a host name that is surely answered. The names of given certificates are only known from their files. */
function hostOf({ host }: RouteOptions, { settings, tls }: ProbedProxy): string | undefined {
  const known = host ?? settings.domain ?? (tls.kind === 'files' ? undefined : 'localhost');
  return known?.startsWith('*') === true ? undefined : known;
}

/** Returns the public listener; the port is left out if browsers do not need it. */
function listener({ edge }: SystemSettings, tls: Tls): { scheme: string; port: string; inside: number } {
  const [scheme, inside, outside] =
    tls.kind === 'off' ? ['http', HTTP_PORT, edge?.http] : ['https', HTTPS_PORT, edge?.https];
  const port = outside ?? inside;
  return { scheme, port: port === inside ? '' : `:${port}`, inside };
}

/** Returns the path without its wildcard. */
function basePath({ path = '/*' }: RouteOptions): string {
  const base = path.replace(/\/\*$/, '');
  return base === '' ? '/' : base;
}

/** Refuses a probe whose path this route does not answer. */
export function assertProbe(where: IConstruct, options: RouteOptions): void {
  const { probe, path = '/*' } = options;
  if (probe === undefined || probe === false) return;
  const base = basePath(options);
  const below = path.endsWith('/*') && (base === '/' ? probe.startsWith('/') : probe.startsWith(`${base}/`));
  if ((probe === base || below) && /^\/[^\s#]*$/.test(probe)) return;
  throw new ConfigurationError(
    where,
    `the probe of route ${quote(path)} asks for ${quote(probe)}, which that route does not answer; ` +
      `write a path of it such as ${quote(base)}, or \`probe: false\` for none`,
  );
}
