const LONGEST = 200;

/**
 * A value as error messages show it: JSON where JSON can say it, shortened to 200 characters.
 * Never throws, whatever it is given.
 */
export function quoted(value: unknown): string {
  const text = asText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function asText(value: unknown): string {
  // JSON writes these numbers as null, which would hide what was wrong with them.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
