/** Signs that are left of an id or a digest in names and labels. */
export const SHORT = 8;

/** Terraform expression for the first signs of what another expression says. */
export function shortened(expression: string): string {
  return `\${substr(${expression}, 0, ${SHORT})}`;
}

/** Terraform expression that changes when what one of the templates says changes. */
export function digest(templates: readonly string[]): string {
  return shortened(`sha256(jsonencode([${templates.map((template) => JSON.stringify(template)).join(', ')}]))`);
}

const TOKEN = /(\$\{TfToken\[[^\]]*\]\})/;

/**
 * Text that Terraform hands on as it stands: its template signs are doubled. References that the framework itself
 * put into the text (tokens) stay references.
 */
export function terraformText(text: string): string {
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
