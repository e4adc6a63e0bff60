import { ConfigurationError, quote } from '../../values';
import type { Headers, Route, Site } from '../proxy';
import { type Lines, literal } from './text';

/** Returns the security headers that no route of the site removes. */
export function siteHeaders(site: Site): Lines {
  const removed = new Set(site.routes.flatMap(removedNames));
  return defaultHeaders(site, (name) => !removed.has(name));
}

/** Returns all security headers, for error pages, which belong to no route. */
export function errorHeaders(site: Site): Lines {
  return defaultHeaders(site, () => true);
}

/** Returns the header changes of a route, and the security headers that another route removes but this one keeps. */
export function routeHeaders(site: Site, route: Route): Lines {
  const removedHere = new Set(removedNames(route));
  const removedElsewhere = new Set(site.routes.flatMap(removedNames).filter((name) => !removedHere.has(name)));
  return [
    ...defaultHeaders(site, (name) => removedElsewhere.has(name)),
    // `>` runs when the answer is ready: it replaces the upstream's value.
    ...headerLines('header', '>', 'response header', route.responseHeaders ?? {}),
  ];
}

/** Returns lines of `header`, `header_up` or `header_down` that set or remove headers. */
export function headerLines(directive: string, prefix: string, what: string, headers: Headers): string[] {
  return Object.entries(headers).map(([name, value]) => {
    checkName(what, name);
    return value === null
      ? `${directive} -${name}`
      : `${directive} ${prefix}${name} ${headerValue(`${what} ${name}`, value)}`;
  });
}

/** Returns one line per header, because several `?` in one block apply only if all of these headers are missing. */
function defaultHeaders(site: Site, wanted: (lowerCaseName: string) => boolean): Lines {
  return Object.entries(site.securityHeaders)
    .filter(([name]) => wanted(name.toLowerCase()))
    .flatMap(([name, value]) => headerLines('header', '?', 'security header', { [name]: value }));
}

function removedNames(route: Route): string[] {
  const entries = Object.entries(route.responseHeaders ?? {});
  return entries.filter(([, value]) => value === null).map(([name]) => name.toLowerCase());
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return;
  throw new ConfigurationError(
    undefined,
    `a ${what}'s name must start with a letter and consist of letters, digits, "-" and "_", got ${quote(name)}`,
  );
}

function headerValue(what: string, value: string): string {
  if (!/[\n\t]|^\s|\s$/.test(value) && value !== '') return literal(what, value);
  throw new ConfigurationError(
    undefined,
    `${what} must be one line without blanks around it and not empty, got ${quote(value)}; null removes the header`,
  );
}
