import { ConfigurationError, quote } from '../../values';
import type { ProxyModel, Route, ServiceUpstreams } from '../proxy';
import type { CaddyfileModel } from './model';
import { block } from './text';

/**
 * Smallest number of places in a file of hosts. Fewer hosts are repeated, so that up to this number the Caddyfile is
 * the same for any number of hosts. All numbers up to four, and six, share the requests evenly.
 */
const PLACES = 12;

/** A file that Caddy reads at each request, so that new content needs no reload. */
export interface UpstreamFile {
  readonly fileName: string;
  readonly content: string;
}

/**
 * Returns the files with the hosts of all live upstreams, two for each name. They must be replaced in this order: a
 * file is missing or empty for a moment while it is replaced, and Caddy then reads the other.
 */
export function upstreamFiles(model: ProxyModel): readonly UpstreamFile[] {
  const live = model.sites.flatMap((site) => site.routes.flatMap((route) => liveUpstreamsOf(route) ?? []));
  const byName = new Map(live.map((upstreams) => [upstreams.name, placesOf(upstreams).join(' ')]));
  return [...byName].flatMap(([name, content]) => fileNames(name).map((fileName) => ({ fileName, content })));
}

/** Returns lines that read the hosts of a route's live upstreams into placeholders. */
export function liveUpstreamLines(model: CaddyfileModel, route: Route): string[] {
  const live = liveUpstreamsOf(route);
  if (live === undefined) return [];
  const [first, second] = fileNames(live.name).map((file) => `{file.${model.upstreamDirectory}/${file}}`);
  const places = placesOf(live);
  const args = places.map(() => String.raw`(\S+)`).join(' ');
  const found = places.map((_, index) => `"\${${index + 1}}"`).join(' ');
  return [
    ...block(`map ${first} {${variable(live)}}`, ['~^(.+)$ "${1}"', `default ${second}`]),
    ...block(`map {${variable(live)}} ${variables(live).join(' ')}`, [`"~^${args}$" ${found}`]),
  ];
}

/** Returns the upstreams as arguments of `reverse_proxy`. */
export function liveAddresses(live: ServiceUpstreams): readonly string[] {
  return variables(live).map((place) => `${place}:${live.port}`);
}

export function liveUpstreamsOf({ upstreams }: Route): ServiceUpstreams | undefined {
  return upstreams !== undefined && 'hosts' in upstreams ? upstreams : undefined;
}

/** Returns the hosts in turn, repeated, so that two neighbouring places are two hosts. */
function placesOf({ hosts }: ServiceUpstreams): readonly string[] {
  return Array.from({ length: Math.max(PLACES, hosts.length) }, (_, index) => hosts[index % hosts.length] ?? '');
}

function variables(live: ServiceUpstreams): readonly string[] {
  return placesOf(live).map((_, index) => `{${variable(live)}_${index + 1}}`);
}

function fileNames(name: string): readonly string[] {
  if (/^[a-z0-9][a-z0-9-]*$/.test(name)) return [`upstream-${name}.a`, `upstream-${name}.b`];
  throw new ConfigurationError(
    undefined,
    `the name of live upstreams must be lower-case letters, digits and hyphens, got ${quote(name)}`,
  );
}

function variable({ name }: ServiceUpstreams): string {
  return `upstream_${name.replace(/-/g, '_')}`;
}
