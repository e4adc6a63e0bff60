const LONGEST = 200;

/** Returns a value as error messages show it: as JSON if possible, shortened to 200 characters. Never throws. */
export function quote(value: unknown): string {
  const text = asText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text;
}

function asText(value: unknown): string {
  // JSON writes these numbers as null, which would hide the wrong value.
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return typeof value;
  }
}
