import fc from 'fast-check';
import { renderCaddyfile, type Route } from '../../../lib/config';
import { ConfigurationError } from '../../../lib/values';
import { anyCharacter } from '../../support/any-character';
import { adapt } from '../../support/caddy';
import { caddyfile, proxied, site } from '../../support/proxy-models';
import { describeWith } from '../../support/programs';

const SYNTAX = [
  '"',
  '`',
  '\\',
  '{',
  '}',
  '{host}',
  '{$HOME}',
  '{args[0]}',
  '{block}',
  '{env.HOME}',
  '<<END',
  '#',
  ' ',
  '@a',
  '/',
  '*',
  '$',
  '${x}',
  'import',
  'é',
  '🦆',
  '>',
  '-',
  '+',
  '?',
  ';',
  ',',
];

/** Text of what means something in a Caddyfile, mixed with any other characters. */
const hostileText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...SYNTAX) },
      { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 3 }) },
    ),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((parts) => parts.join(''))
  .filter((text) => text !== '');

/** Routes with a text in each place where a user may put one; the keys are the places' names in Caddy's JSON. */
const SAYING = {
  body: (text: string): Route => ({ path: '/', respond: { status: 200, body: text } }),
  response: (text: string): Route => ({
    path: '/',
    respond: { status: 200, body: '' },
    responseHeaders: { 'X-Text': text },
  }),
  request: (text: string): Route => proxied('/', 'api:80', { requestHeaders: { 'X-Text': text } }),
  root: (text: string): Route => ({ path: '/', files: { root: `/${text}` } }),
};

describeWith('caddy', 'the real Caddy', () => {
  test.each(Object.keys(SAYING))('reads every %s that is not refused as it was given', (place) => {
    const route = SAYING[place as keyof typeof SAYING];
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 300, maxLength: 300 }), (texts) => {
        const routes = texts.map((text, index) => ({ ...route(text), path: `/${1000 + index}` }));
        const accepted = texts
          .map((text, index) => ({ text, route: routes[index] ?? route(text) }))
          .filter((said) => isAccepted(said.route));
        const { json, error } = adapt(renderCaddyfile(caddyfile([site(accepted.map((said) => said.route))])));
        expect(error).toBe('');
        expect(textsIn(json, place)).toEqual(accepted.map((said) => said.text));
        expect(accepted.length).toBeGreaterThan(75);
      }),
      // One run asks about hundreds of texts at once; the program takes its time to start.
      { numRuns: 1, endOnFailure: true },
    );
  });
});

function isAccepted(route: Route): boolean {
  try {
    renderCaddyfile(caddyfile([site([route])]));
    return true;
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error)) return false;
    throw error;
  }
}

/** What Caddy would say there, in the order of the routes. */
function textsIn(json: unknown, place: string): string[] {
  const found: string[] = [];
  JSON.stringify(json, (key, value: unknown) => {
    if (key === place && typeof value === 'string') found.push(key === 'root' ? value.slice(1) : value);
    if (key === place && isRecord(value) && isRecord(value.set)) found.push(String(value.set['X-Text']));
    if (place === 'health' && key === 'uri' && typeof value === 'string') found.push(value.slice(1));
    return value;
  });
  // The last body is that of the page for errors, with placeholders that are meant.
  return (place === 'body' ? found.slice(0, -1) : found).map(withoutPlaceholderEscapes);
}

/** As Caddy's replacer reads text at the time of a request. */
function withoutPlaceholderEscapes(text: string): string {
  return text.includes('{') ? text.replace(/\\([{}])/g, '$1') : text;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
