/**
 * What no argument and no variable can hold, and what Terraform would replace without a word; undefined for text that
 * arrives as it is.
 */
export function brokenText(text: string): string | undefined {
  if (text.includes('\0')) return 'a NUL byte';
  return /\p{Surrogate}/u.test(text) ? 'half of a character (a lone surrogate)' : undefined;
}
