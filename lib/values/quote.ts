const LONGEST = 200;

/** Returns a value as error messages show it: as JSON if possible, shortened to 200 characters. Never throws. */
export function quote(value: unknown): string {
  const text = asText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

/** Returns true for the framework's placeholder of a number or a string that Terraform fills in later. */
function isToken(value: unknown): boolean {
  return typeof value === 'number'
    ? Number.isFinite(value) && value < -1e280
    : typeof value === 'string' && /^\$\{TfToken\[[^\]]*\]\}$/.test(value);
}

function asText(value: unknown): string {
  if (isToken(value)) return 'a value that is known only on deployment (a token)';
  // JSON writes these numbers as null, which would hide the wrong value.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
