import { ConfigurationError, quoted } from '../../values';

/** One directive per element. An element may hold line breaks of its own (inside quotes); they are left alone. */
export type Lines = readonly string[];

/** A directive with a block; lines inside are indented by a tab, as `caddy fmt` does. */
export function block(header: string, body: Lines): string[] {
  return [header === '' ? '{' : `${header} {`, ...body.map((line) => `\t${line}`), '}'];
}

/** Text as one argument of a directive. Placeholders in it are left working; see `literal`. */
export function word(what: string, text: string): string {
  refuseUnwritable(what, text);
  if (/^[\w./:,*+=;@%?$[\]-]+$/.test(text)) return text;
  if (!/["\\]/.test(text)) return `"${text}"`;
  // Between backticks nothing is special, so a text without them needs no more thought.
  if (!text.includes('`')) return `\`${text}\``;
  if (hasLooseBackslash(text)) {
    throw new ConfigurationError(
      undefined,
      `${what} has backticks together with a backslash before a quote, which a Caddyfile cannot say: ${quoted(text)}; leave one out`,
    );
  }
  return `"${text.replaceAll('"', '\\"')}"`;
}

/** Text as one argument, in which Caddy finds no placeholder: `{host}` stays these six characters. */
export function literal(what: string, text: string): string {
  refuseToken(what, text);
  // Caddy takes the backslashes away only where it looks for placeholders, and it looks only where it sees a `{`.
  return word(what, text.includes('{') ? text.replace(/[{}]/g, '\\$&') : text);
}

/** Text that must not have any placeholder in it, because Caddy would read it before it knows about escapes. */
export function plain(what: string, text: string): string {
  if (/[{}]/.test(text)) {
    throw new ConfigurationError(undefined, `${what} must not contain braces, got ${quoted(text)}`);
  }
  return word(what, text);
}

function refuseUnwritable(what: string, text: string): void {
  // The lexer drops carriage returns; other control characters have no business in a header or a page.
  if (hasControlCharacter(text)) {
    throw new ConfigurationError(undefined, `${what} must not contain control characters, got ${quoted(text)}`);
  }
  // A lone half of a surrogate pair has no UTF-8.
  if (/\p{Surrogate}/u.test(text)) {
    throw new ConfigurationError(undefined, `${what} must be well-formed Unicode, got ${quoted(text)}`);
  }
  // Environment variables are put in before anything is parsed, so no quoting protects from them.
  if (text.includes('{$')) {
    throw new ConfigurationError(
      undefined,
      `${what} must not contain "{$", which Caddy replaces by an environment variable, got ${quoted(text)}`,
    );
  }
}

function refuseToken(what: string, text: string): void {
  if (!/\$\{TfToken\[/.test(text)) return;
  throw new ConfigurationError(
    undefined,
    `${what} must be known when the configuration is written, got ${quoted(text)}, a value known only at deployment; only upstreams may be`,
  );
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => (character < ' ' && !'\n\t'.includes(character)) || character === '\x7f');
}

/** Inside double quotes a backslash stands for itself, except in front of a quote. */
function hasLooseBackslash(text: string): boolean {
  return [...text.matchAll(/(\\+)(?="|$)/g)].some(([run]) => run.length % 2 === 1);
}
