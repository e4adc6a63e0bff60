import { ConfigurationError, quote } from '../../values';

/**
 * Lines with one directive per element. An element may hold line breaks of its own (inside quotes), which stay as they
 * are.
 */
export type Lines = readonly string[];

/** Returns a directive with a block; lines inside are indented by a tab, as `caddy fmt` does. */
export function block(header: string, body: Lines): string[] {
  return [header === '' ? '{' : `${header} {`, ...body.map((line) => `\t${line}`), '}'];
}

/** Returns a text as one argument of a directive. Placeholders in it still work; see `literal`. */
export function word(what: string, text: string): string {
  refuseUnwritable(what, text);
  if (/^[\w./:,*+=;@%?$[\]-]+$/.test(text)) return text;
  if (!/["\\]/.test(text)) return `"${text}"`;
  // Between backticks no character is special.
  if (!text.includes('`')) return `\`${text}\``;
  if (hasLooseBackslash(text)) {
    throw new ConfigurationError(
      undefined,
      `${what} has backticks together with a backslash before a quote, which a Caddyfile cannot say: ${quote(text)}; leave one out`,
    );
  }
  return `"${text.replaceAll('"', '\\"')}"`;
}

/** Returns a text as one argument in which Caddy finds no placeholder: `{host}` stays these six characters. */
export function literal(what: string, text: string): string {
  refuseToken(what, text);
  // Caddy removes the backslashes only where it looks for placeholders, and it looks only if it sees a `{`.
  return word(what, text.includes('{') ? text.replace(/[{}]/g, '\\$&') : text);
}

/** Refuses placeholders in a text where Caddy replaces them before it handles escapes. */
export function plain(what: string, text: string): string {
  if (/[{}]/.test(text)) {
    throw new ConfigurationError(undefined, `${what} must not contain braces, got ${quote(text)}`);
  }
  return word(what, text);
}

function refuseUnwritable(what: string, text: string): void {
  // The lexer drops carriage returns; other control characters do not belong in a header or a page.
  if (hasControlCharacter(text)) {
    throw new ConfigurationError(undefined, `${what} must not contain control characters, got ${quote(text)}`);
  }
  // A lone half of a surrogate pair has no UTF-8.
  if (/\p{Surrogate}/u.test(text)) {
    throw new ConfigurationError(undefined, `${what} must be well-formed Unicode, got ${quote(text)}`);
  }
  // Environment variables are replaced before anything is parsed, so quotes do not protect from them.
  if (text.includes('{$')) {
    throw new ConfigurationError(
      undefined,
      `${what} must not contain "{$", which Caddy replaces by an environment variable, got ${quote(text)}`,
    );
  }
}

function refuseToken(what: string, text: string): void {
  if (!/\$\{TfToken\[/.test(text)) return;
  throw new ConfigurationError(
    undefined,
    `${what} must be known when the configuration is written, got ${quote(text)}, a value known only at deployment; only upstreams may be`,
  );
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => (character < ' ' && !'\n\t'.includes(character)) || character === '\x7f');
}

/**
 * Returns true for a backslash that needs an escape. Inside double quotes a backslash is literal, except in front of a
 * quote.
 */
function hasLooseBackslash(text: string): boolean {
  return [...text.matchAll(/(\\+)(?="|$)/g)].some(([run]) => run.length % 2 === 1);
}
