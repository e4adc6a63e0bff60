import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/stacks';

/** Folders that know what runs the containers. */
const AT_HOME = ['lib/platform/engine/', 'lib/cli/'];

/** Words of the Docker Engine and of its provider, each with a line that has it. */
const WORDS: readonly (readonly [word: string, pattern: RegExp, example: string])[] = [
  ['resource types of the provider', /docker_(?:container|image|volume|network)/, "type === 'docker_image'"],
  ['log drivers', /\b(?:splunk|json-file|journald)\b/i, "name: 'splunk'"],
  ['control groups', /cgroup|control ?group/i, 'cgroupParent: group'],
  [
    'commands of its client',
    /\bdocker (?:ps|inspect|logs|stats|system|exec|volume|network|run|stop)\b/,
    'See with `docker ps --all` whether it runs.',
  ],
  ['the address on which it publishes', /127\.0\.0\.1/, "{ host: 80, address: '127.0.0.1' }"],
];

/** Lines with an address of this machine that is not a place to publish, and the files that may have them. */
const REVIEWED: readonly { readonly file: RegExp; readonly line: RegExp; readonly reason: string }[] = [
  {
    file: /^lib\/services\//,
    line: /http:\/\/127\.0\.0\.1:|--host=127\.0\.0\.1/,
    reason: 'A health check asks inside its own container.',
  },
  {
    file: /^lib\/values\/health-check\.ts$/,
    line: /@default '127\.0\.0\.1'|host = '127\.0\.0\.1'/,
    reason: 'The host of a health check is its container.',
  },
  {
    file: /\/(?:loki|tempo)\.ts$/,
    line: /(?:address|addr): '127\.0\.0\.1',$/,
    reason: 'The program listens for itself inside its container.',
  },
  {
    file: /^lib\/model\//,
    line: /an IP address (?:of the host )?such as "127\.0\.0\.1"/,
    reason: 'An error text has an example.',
  },
  {
    file: /\/hosts\.ts$/,
    line: /^const THIS_MACHINE = /,
    reason: 'A client asks its own machine for a site of this name.',
  },
];

const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' })
  .map((name) => `lib/${name}`)
  .filter((name) => name.endsWith('.ts') && !AT_HOME.some((folder) => name.startsWith(folder)));

const lines = files.flatMap((name) =>
  readFileSync(join(ROOT, name), 'utf8')
    .split('\n')
    .map((text) => ({ name, text: text.trim() })),
);

interface Line {
  readonly name: string;
  readonly text: string;
}

const isReviewed = ({ name, text }: Line): boolean =>
  REVIEWED.some(({ file, line }) => file.test(name) && line.test(text));

describe.each(WORDS)('%s', (_word, pattern, example) => {
  test('stand only where the platform is rendered or operated', () => {
    const found = lines.filter((line) => pattern.test(line.text) && !isReviewed(line));
    expect(found).toEqual([]);
  });

  test('are found where they stand', () => {
    expect(pattern.test(example) && !isReviewed({ name: 'lib/services/a.ts', text: example })).toBe(true);
  });
});

test('each reviewed line is still there', () => {
  expect(
    REVIEWED.filter(({ file, line }) => !lines.some(({ name, text }) => file.test(name) && line.test(text))),
  ).toEqual([]);
});
