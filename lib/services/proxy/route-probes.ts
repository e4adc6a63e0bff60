import type { IConstruct } from 'constructs';
import { ConfigurationError, quoted } from '../../values';
import type { Tls } from '../../values';
import type { SystemSettings } from '../../model/system-settings';
import type { Network } from '../../model/network';
import type { Probe } from '../../model/probed';
import type { Secret } from '../../model/secret';
import { HTTP_PORT, HTTPS_PORT } from './proxy-ports';
import type { AddedRoute } from './proxy-sites';
import type { RouteOptions } from './route-options';

/** Who answers for the routes. */
export interface ProbedProxy {
  readonly hostname: string;
  readonly network: Network;
  readonly tls: Tls;
  readonly certificate: Secret | undefined;
  readonly settings: SystemSettings;
}

/** What a stranger may ask of the routes; those whose host is not known, or is any of many, are left out. */
export function probesOf(routes: readonly AddedRoute[], proxy: ProbedProxy): readonly Probe[] {
  return routes.flatMap((route) => probeOf(route, proxy));
}

function probeOf({ options, backend }: AddedRoute, proxy: ProbedProxy): readonly Probe[] {
  const { tls, certificate, hostname, network, settings } = proxy;
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
      network,
    },
  ];
}

/** A name that is certain to be answered. Given certificates are of names that only their files know. */
function hostOf({ host }: RouteOptions, { settings, tls }: ProbedProxy): string | undefined {
  const known = host ?? settings.domain ?? (tls.kind === 'files' ? undefined : 'localhost');
  return known?.startsWith('*') === true ? undefined : known;
}

/** Where people ask; the port is left out where browsers need none. */
function listener({ edge }: SystemSettings, tls: Tls): { scheme: string; port: string; inside: number } {
  const [scheme, inside, outside] =
    tls.kind === 'off' ? ['http', HTTP_PORT, edge?.http] : ['https', HTTPS_PORT, edge?.https];
  const port = outside ?? inside;
  return { scheme, port: port === inside ? '' : `:${port}`, inside };
}

/** The path itself, without what may follow. */
function basePath({ path = '/*' }: RouteOptions): string {
  const base = path.replace(/\/\*$/, '');
  return base === '' ? '/' : base;
}

/** Checks that who asks there is answered by this route. */
export function assertProbe(where: IConstruct, options: RouteOptions): void {
  const { probe, path = '/*' } = options;
  if (probe === undefined || probe === false) return;
  const base = basePath(options);
  const below = path.endsWith('/*') && (base === '/' ? probe.startsWith('/') : probe.startsWith(`${base}/`));
  if ((probe === base || below) && /^\/[^\s#]*$/.test(probe)) return;
  throw new ConfigurationError(
    where,
    `the probe of route ${quoted(path)} asks for ${quoted(probe)}, which that route does not answer; ` +
      `write a path of it such as ${quoted(base)}, or \`probe: false\` for none`,
  );
}
