import { assertCidr, ConfigurationError, quote } from '../../values';
import type { Route, Site, StaticFiles, UserHash } from '../proxy';
import { LOG_FIELDS } from './access-log';
import { compression } from './compression';
import { bodyLimit } from './error-pages';
import { routeHeaders } from './header-lines';
import type { CaddyfileModel } from './model';
import { reverseProxy } from './reverse-proxy';
import { block, type Lines, literal, plain } from './text';

/** Returns the routes of a site, the longest path first; a request without a route gets 404. */
export function routeLines(model: CaddyfileModel, site: Site): string[] {
  const routes = [...site.routes].sort((a, b) => prefix(b).length - prefix(a).length || kind(a) - kind(b));
  const handles = routes.flatMap((route) => [...matcher(route), ...handle(model, site, route)]);
  const everything = routes.some((route) => prefix(route) === '' && isPrefix(route));
  // `route` keeps this order, which Caddy would otherwise choose itself.
  return block('route', [...handles, ...(everything ? [] : block('handle', ['error 404']))]);
}

/** Returns the prefix of a path: `/v1/*` and `/v1` have the prefix `/v1`; `/` and `/*` have none. */
function prefix(route: Route): string {
  return route.path.replace(/\/\*?$/, '');
}

function isPrefix(route: Route): boolean {
  return route.path.endsWith('/*') || route.path === '/';
}

/** Returns the sort key among routes with the same prefix: the one for the exact path goes first. */
function kind(route: Route): number {
  return isPrefix(route) ? 1 : 0;
}

function matcher(route: Route): Lines {
  if (prefix(route) === '' || !isPrefix(route)) return [];
  return [`@${prefix(route)} path ${prefix(route)} ${prefix(route)}/*`];
}

function handle(model: CaddyfileModel, site: Site, route: Route): string[] {
  const subject = !isPrefix(route) ? ` ${route.path}` : prefix(route) === '' ? '' : ` @${prefix(route)}`;
  const before = [
    ...accessLogFields(model, site, route),
    ...allowList(route),
    ...basicAuth(route),
    ...bodyLimit(route),
    ...compression(site, route),
    ...routeHeaders(site, route),
    ...(route.stripPrefix && prefix(route) !== '' ? [`uri strip_prefix ${prefix(route)}`] : []),
  ];
  const content = [...before, ...answer(model, route)];
  // `route` again keeps the order: a client that may not pass learns nothing else.
  return block(`handle${subject}`, before.length === 0 ? content : block('route', content));
}

/** Returns log fields that name the route. Path and answer alone would not identify it. */
function accessLogFields({ accessLog }: CaddyfileModel, { hosts }: Site, { path, service }: Route): Lines {
  if (!accessLog) return [];
  const name = service === undefined ? [] : [`log_append ${LOG_FIELDS.service} ${plain('service', service)}`];
  return [...name, `log_append ${LOG_FIELDS.route} ${literal('route', `${hosts[0] ?? ''}${path}`)}`];
}

function allowList({ allow, path }: Route): Lines {
  if (!allow) return [];
  if (allow.length === 0) {
    throw new ConfigurationError(
      undefined,
      `route ${quote(path)} allows no address at all; leave allow out, or the route`,
    );
  }
  const ranges = allow.map((address) => assertCidr(undefined, address));
  return [`@denied not client_ip ${ranges.join(' ')}`, 'error @denied 403'];
}

function basicAuth({ basicAuth: users, path }: Route): Lines {
  if (!users) return [];
  if (users.length === 0) {
    throw new ConfigurationError(undefined, `route ${quote(path)} has a password but no user; leave basicAuth out`);
  }
  return block('basic_auth', users.map(userLine));
}

function userLine({ user, hashFile }: UserHash): string {
  // `import` in this place would be a directive.
  if (!/^[A-Za-z0-9][\w.@+-]*$/.test(user) || user === 'import') {
    throw new ConfigurationError(
      undefined,
      `a user name must be letters, digits and "_.@+-", start with a letter or digit, and not be "import", got ${quote(user)}`,
    );
  }
  return `${user} ${fileContent(hashFile)}`;
}

/** Returns the path of a file. Caddy reads it when it loads the configuration, so the hash is not part of it. */
function fileContent(path: string): string {
  if (!/^\/[\w./-]+$/.test(path)) {
    throw new ConfigurationError(
      undefined,
      `a hash file must be an absolute path of letters, digits and "_./-", got ${quote(path)}`,
    );
  }
  return `{file.${path}}`;
}

function answer(model: CaddyfileModel, route: Route): Lines {
  if (route.respond) return [staticAnswer(route.respond.status, 'response body', route.respond.body)];
  return route.files ? fileServer(route.files) : reverseProxy(model, route);
}

/** Returns a fixed answer. The `*` is needed because a body that begins with a slash would be taken for a path. */
export function staticAnswer(status: number, what: string, body: string): string {
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new ConfigurationError(undefined, `a response's status must be from 200 to 599, got ${quote(status)}`);
  }
  return body === '' ? `respond * ${status}` : `respond * ${literal(what, body)} ${status}`;
}

function fileServer({ root, fallback, cacheFor }: StaticFiles): Lines {
  for (const path of [root, fallback ?? '/']) {
    if (path.startsWith('/')) continue;
    throw new ConfigurationError(undefined, `a static file path must begin with "/", got ${quote(path)}`);
  }
  return [
    // `>`: not on an error, which must not be cached.
    ...(cacheFor
      ? [`header >Cache-Control "public, max-age=${Math.floor(cacheFor.toSeconds({ integral: false }))}"`]
      : []),
    `root * ${plain('static file root', root)}`,
    ...(fallback === undefined ? [] : [`try_files {path} ${plain('static file fallback', fallback)}`]),
    ...block('file_server', ['hide .*']),
  ];
}
