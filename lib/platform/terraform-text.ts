import { Lazy } from 'cdktf';

/** Characters that are left of an id or a digest in names and labels. */
export const SHORT = 8;

const TOKEN = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Reference to what Terraform makes of a template of ours, such as `${path.root}`. All other text in a resource is
 * escaped when the resource is rendered, so that only references and these are evaluated.
 */
export function expression(template: string): string {
  return Lazy.stringValue({ produce: () => template });
}

/** Reference to the first characters of an expression's value. */
export function shortened(inner: string): string {
  return expression(`\${substr(${inner}, 0, ${SHORT})}`);
}

/** Reference that changes when the value of one of the templates changes. */
export function digest(templates: readonly string[]): string {
  return shortened(`sha256(jsonencode([${templates.map((template) => JSON.stringify(template)).join(', ')}]))`);
}

/** A text as a quoted literal inside of an expression. */
export function literal(text: string): string {
  const escaped = JSON.stringify(text).replace(/\\b/g, '\\u0008').replace(/\\f/g, '\\u000c');
  return escapedText(escaped);
}

/** Text that Terraform hands on as it stands: its template signs are doubled. References stay references. */
export function escapedText(text: string): string {
  if (!text.includes('${') && !text.includes('%{')) return text;
  return text
    .split(TOKEN)
    .map((part) => (TOKEN.test(part) ? part : part.replace(/([$%])\{/g, '$1$1{')))
    .join('');
}

/** True for text with a reference that the framework put there, or that looks like one. */
export function hasToken(text: string): boolean {
  return TOKEN.test(text);
}

/** The same text with every reference replaced by one sign, for hashes that must not depend on how tokens are numbered. */
export function withoutTokens(text: string): string {
  return text.includes('${TfToken[')
    ? text
        .split(TOKEN)
        .map((part) => (TOKEN.test(part) ? '${}' : part))
        .join('')
    : text;
}

/** The references in a text, in order. */
export function tokensOf(text: string): readonly string[] {
  return text.includes('${TfToken[') ? text.split(TOKEN).filter((part) => TOKEN.test(part)) : [];
}
