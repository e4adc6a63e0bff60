import { Lazy } from 'cdktf';

/** Number of characters of an id or a digest in names and labels. */
export const SHORT = 8;

const TOKEN = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Returns a reference to the value of one of our own templates, such as `${path.root}`. All other text in a resource is
 * escaped when the resource is rendered, so that only references and these are evaluated.
 */
export function expression(template: string): string {
  return Lazy.stringValue({ produce: () => template });
}

/** Returns a reference to the first characters of an expression's value. */
export function shortened(inner: string): string {
  return expression(`\${substr(${inner}, 0, ${SHORT})}`);
}

/** Returns a reference that changes when the value of one of the templates changes. */
export function digest(templates: readonly string[]): string {
  return shortened(`sha256(jsonencode([${templates.map((template) => JSON.stringify(template)).join(', ')}]))`);
}

/** Returns a text as a quote literal inside an expression. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).replace(/\\b/g, '\\u0008').replace(/\\f/g, '\\u000c');
  return escapedText(escaped);
}

/** Returns text that Terraform leaves unchanged: its template characters are doubled. References stay references. */
export function escapedText(text: string): string {
  if (!text.includes('${') && !text.includes('%{')) return text;
  return text
    .split(TOKEN)
    .map((part) => (TOKEN.test(part) ? part : part.replace(/([$%])\{/g, '$1$1{')))
    .join('');
}

/** Returns true for text with a reference of the framework, or with one that looks like it. */
export function hasToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Returns the text with every reference replaced by one character, for hashes that must not depend on the numbers of
 * tokens.
 */
export function withoutTokens(text: string): string {
  return text.includes('${TfToken[')
    ? text
        .split(TOKEN)
        .map((part) => (TOKEN.test(part) ? '${}' : part))
        .join('')
    : text;
}

/** Returns the references in a text, in order. */
export function tokensOf(text: string): readonly string[] {
  return text.includes('${TfToken[') ? text.split(TOKEN).filter((part) => TOKEN.test(part)) : [];
}
