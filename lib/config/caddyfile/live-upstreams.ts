import { ConfigurationError, quoted } from '../../values';
import type { CaddyfileModel, LiveUpstream, Route } from './model';
import { block } from './text';

const DIRECTORY = '/etc/caddy';

/** A file that Caddy reads at each request, so that a new content needs no reload. */
export interface UpstreamFile {
  readonly fileName: string;
  readonly content: string;
}

/**
 * The files with the hosts of all live upstreams, two for each. Whoever replaces them does it in this order: a file that
 * is just being replaced is missing or empty for a moment, and Caddy then reads the other.
 */
export function upstreamFiles(model: CaddyfileModel): readonly UpstreamFile[] {
  const upstreams = model.sites.flatMap((site) => site.routes.flatMap(liveUpstreamsOf));
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream.host]));
  return [...byName].flatMap(([name, content]) => fileNames(name).map((fileName) => ({ fileName, content })));
}

/** Reads the hosts of a route's live upstreams into placeholders. */
export function liveUpstreamLines(model: CaddyfileModel, route: Route): string[] {
  return liveUpstreamsOf(route).flatMap(({ name }) => {
    const [first, second] = fileNames(name).map((file) => `{file.${model.upstreamDirectory ?? DIRECTORY}/${file}}`);
    return block(`map ${first} {${variable(name)}}`, ['~^(.+)$ "${1}"', `default ${second}`]);
  });
}

/** The upstream as `reverse_proxy` names it. */
export function liveAddress({ name, port }: LiveUpstream): string {
  return `{${variable(name)}}:${port}`;
}

function liveUpstreamsOf({ upstreams = [] }: Route): readonly LiveUpstream[] {
  return upstreams.flatMap((upstream) => (typeof upstream === 'string' ? [] : [upstream]));
}

function fileNames(name: string): readonly string[] {
  if (/^[a-z0-9][a-z0-9-]*$/.test(name)) return [`upstream-${name}.a`, `upstream-${name}.b`];
  throw new ConfigurationError(
    undefined,
    `the name of a live upstream must be lower-case letters, digits and hyphens, got ${quoted(name)}`,
  );
}

function variable(name: string): string {
  return `upstream_${name.replace(/-/g, '_')}`;
}
