import { ConfigurationError, quoted } from '../../values';
import type { Route, Site } from './model';
import { type Lines, literal } from './text';

type Headers = Readonly<Record<string, string | null>>;

/** The security headers that no route of the site removes. */
export function siteHeaders(site: Site): Lines {
  const removed = new Set(site.routes.flatMap(removedNames));
  return defaultHeaders(site, (name) => !removed.has(name));
}

/** All security headers, for the pages of errors, which belong to no route. */
export function errorHeaders(site: Site): Lines {
  return defaultHeaders(site, () => true);
}

/** What a route does to its answers, and the security headers that another route removes but this one does not. */
export function routeHeaders(site: Site, route: Route): Lines {
  const removedHere = new Set(removedNames(route));
  const removedElsewhere = new Set(site.routes.flatMap(removedNames).filter((name) => !removedHere.has(name)));
  return [
    ...defaultHeaders(site, (name) => removedElsewhere.has(name)),
    // `>` acts when the answer is ready: it replaces what the upstream sent.
    ...headerLines('header', '>', 'response header', route.responseHeaders ?? {}),
  ];
}

/** Lines of `header`, `header_up` or `header_down` that set or remove. */
export function headerLines(directive: string, prefix: string, what: string, headers: Headers): string[] {
  return Object.entries(headers).map(([name, value]) => {
    checkName(what, name);
    return value === null
      ? `${directive} -${name}`
      : `${directive} ${prefix}${name} ${headerValue(`${what} ${name}`, value)}`;
  });
}

/** One line each, because several `?` in one block apply only when all of these headers are missing. */
function defaultHeaders(site: Site, wanted: (lowerCaseName: string) => boolean): Lines {
  return Object.entries(site.securityHeaders)
    .filter(([name]) => wanted(name.toLowerCase()))
    .flatMap(([name, value]) =>
      name.startsWith('-')
        ? headerLines('header', '', 'security header', { [name.slice(1)]: null })
        : headerLines('header', '?', 'security header', { [name]: value }),
    );
}

function removedNames(route: Route): string[] {
  const entries = Object.entries(route.responseHeaders ?? {});
  return entries.filter(([, value]) => value === null).map(([name]) => name.toLowerCase());
}

function checkName(what: string, name: string): void {
  if (/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) return;
  throw new ConfigurationError(
    undefined,
    `a ${what}'s name must start with a letter and consist of letters, digits, "-" and "_", got ${quoted(name)}`,
  );
}

function headerValue(what: string, value: string): string {
  if (!/[\n\t]|^\s|\s$/.test(value) && value !== '') return literal(what, value);
  throw new ConfigurationError(
    undefined,
    `${what} must be one line without blanks around it and not empty, got ${quoted(value)}; null removes the header`,
  );
}
