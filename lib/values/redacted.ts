/** Shortest value to redact. Shorter ones occur in texts by chance; redacting them would make the texts unreadable. */
const SHORTEST = 4;
const REPLACEMENT = '(secret)';

/**
 * Returns a text without secrets: neither as they are, nor as a part of a URL, nor quote as in JSON, nor in
 * base64 at any offset. Values of fewer than 4 bytes are not searched for.
 */
export function redacted(text: string, secrets: readonly Buffer[]): string {
  const forms = secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf);
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, form) => rest.replaceAll(form, REPLACEMENT), text);
}

function formsOf(secret: Buffer): readonly string[] {
  const plain = secret.toString('utf8');
  const quote = JSON.stringify(plain).slice(1, -1);
  const url = [encodeURIComponent(plain), encodeURI(plain), encodeURIComponent(plain).replace(/%20/g, '+')];
  return [plain, quote, ...url, ...base64Forms(secret)].filter((form) => form.length >= SHORTEST);
}

/**
 * Returns the base64 forms of a secret. Base64 depends on the number of bytes in front, so each form is the part that
 * depends on the secret alone.
 */
function base64Forms(secret: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), secret])
      .toString('base64')
      .replace(/=+$/, '');
    const rest = (before + secret.length) % 3;
    const own = text.slice(Math.ceil((before * 4) / 3), rest === 0 ? text.length : -1);
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
