import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ConfigurationError, Engine, Image } from '../../../lib';
import type { BuiltImageOptions } from '../../../lib';
import type { EngineOptions } from '../../../lib/platform/engine/options';
import { plain } from '../../support/plain-service';
import { synth, testStack } from '../../support/stacks';
import type { Block } from '../../support/stacks';

const NEXT: EngineOptions = { providerVersion: '4.5.0' };
let directory: string;

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'engine build ü '));
  write('app/Dockerfile', 'FROM scratch\n');
  write('shared/schema.json', '{}');
});
afterAll(() => fs.rmSync(directory, { recursive: true }));

function write(file: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
  fs.writeFileSync(path.join(directory, file), content);
}

function built(
  options: BuiltImageOptions = {},
  engine: EngineOptions = {},
  context = path.join(directory, 'app'),
): Block {
  const stack = testStack({ platform: new Engine(engine) });
  plain(stack, { image: Image.build(context, options) });
  const [image] = Object.values(synth(stack).resource.docker_image ?? {});
  if (image === undefined) throw new Error('there is no image');
  return image;
}

const blockOf = (options: BuiltImageOptions, engine?: EngineOptions): Block => built(options, engine).build as Block;
const fromStack = (file: string): string => path.relative('cdktf.out/stacks/shop-test', path.join(directory, file));

function refusalOf(options: BuiltImageOptions, engine: EngineOptions = {}): string {
  try {
    built(options, engine);
  } catch (error) {
    if (ConfigurationError.isConfigurationError(error)) return error.message;
    throw error;
  }
  return 'nothing was refused';
}

describe('A build', () => {
  test('uses BuildKit of the engine, and names its Dockerfile so that both providers find it', () => {
    expect(blockOf({})).toEqual({
      context: fromStack('app'),
      dockerfile: `\${abspath("${fromStack('app/Dockerfile')}")}`,
      builder: 'default',
      build_log_file: expect.stringMatching(/^image-app-[0-9a-f]{6}\.log$/) as string,
      build_args: {},
      remove: true,
      force_remove: true,
    });
  });

  test('is made anew by its name alone, so that another folder, builder or provider replaces nothing', () => {
    expect(built().lifecycle).toEqual({ ignore_changes: ['build'] });
    const { name } = built();
    expect([built({}, NEXT).name, built({ cacheFrom: [{ directory: 'cache' }] }, NEXT).name]).toEqual([name, name]);
  });

  test.each(['4.5.0', '>= 4.5', '~> 5.0'])('knows provider %s for a newer one', (providerVersion) => {
    expect(blockOf({}, { providerVersion }).provenance).toBe('false');
  });

  test('in a folder whose name Terraform would read as a template is escaped, and so are its contexts', () => {
    write('${x}/"q"/Dockerfile', 'FROM scratch\n');
    const { additional_contexts: contexts } = blockOf({ contexts: { x: path.join(directory, '${x}') } }, NEXT);
    expect(contexts).toEqual([`x=${fromStack('$${x}')}`]);
    const { build } = built({}, {}, path.join(directory, '${x}', '"q"'));
    expect((build as Block).context).toBe(fromStack('$${x}/"q"'));
    expect((build as Block).dockerfile).toBe(`\${abspath("${fromStack('$${x}/\\"q\\"/Dockerfile')}")}`);
  });

  test('takes labels, a platform and secrets; of a secret only where it is', () => {
    const block = blockOf({
      labels: { 'org.example.team': '${shop}' },
      platform: 'linux/arm64',
      secrets: { token: { file: path.join(directory, 'my token') }, npm: { variable: 'NPM_TOKEN' } },
    });
    expect(block).toMatchObject({
      label: { 'org.example.team': '$${shop}' },
      labels: { 'org.example.team': '$${shop}' },
      platform: 'linux/arm64',
      secrets: [
        { id: 'token', src: fromStack('my token') },
        { id: 'npm', env: 'NPM_TOKEN' },
      ],
    });
  });

  test('of the newer provider takes contexts and caches, and leaves out the record that changes its id', () => {
    const block = blockOf(
      {
        contexts: { shared: path.join(directory, 'shared') },
        cacheFrom: [{ registry: 'registry.example/shop/api:cache' }],
        cacheTo: [{ directory: path.join(directory, 'cache') }],
      },
      NEXT,
    );
    expect(block).toMatchObject({
      builder: 'default',
      provenance: 'false',
      additional_contexts: [`shared=${fromStack('shared')}`],
      cache_from: ['type=registry,ref=registry.example/shop/api:cache'],
      cache_to: [`type=local,dest=${fromStack('cache')},mode=max`],
    });
  });

  test.each<readonly [string, EngineOptions, Block]>([
    ['ssh and the pinned provider', { host: 'ssh://deploy@shop.example' }, {}],
    ['TLS and the pinned provider', { host: 'tcp://shop.example:2376', certificates: '/certs' }, {}],
    [
      'a stated address and the newer provider',
      { ...NEXT, host: 'tcp://shop.example:2375' },
      { use_legacy_builder: true },
    ],
  ])('goes through the API of an engine that the builder cannot reach: %s', (_, engine, expected) => {
    const block = blockOf({}, engine);
    expect(block.builder).toBeUndefined();
    expect(block).toMatchObject(expected);
  });

  test('is another image with other labels, platform, ids of secrets or files of a named context', () => {
    const contexts = { shared: path.join(directory, 'shared') };
    const first = built({ contexts }, NEXT).name;
    write('shared/schema.json', '{"changed":true}');
    const names = [
      built().name,
      first,
      built({ contexts }, NEXT).name,
      built({ labels: { a: '1' } }).name,
      built({ platform: 'linux/arm64' }).name,
      built({ secrets: { a: { variable: 'A' } } }).name,
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(built({ secrets: { a: { file: 'elsewhere' } } }).name).toBe(names.at(-1));
  });
});

describe('What the provider would drop is refused by name', () => {
  const caches = [{ registry: 'registry.example/cache:1' }];
  test.each<readonly [string, BuiltImageOptions, EngineOptions, string]>([
    ['ssh', { ssh: { default: '/run/agent.sock' } }, NEXT, 'the Terraform provider cannot forward keys or agents'],
    ['contexts', { contexts: { a: 'a' } }, {}, "use Engine({ providerVersion: '4.5.0' })"],
    ['cacheFrom', { cacheFrom: caches }, {}, "use Engine({ providerVersion: '4.5.0' })"],
    ['cacheTo', { cacheTo: caches }, {}, "use Engine({ providerVersion: '4.5.0' })"],
    ['cacheTo', { cacheTo: caches }, { ...NEXT, host: 'ssh://a' }, 'name the engine by DOCKER_HOST instead'],
  ])('%s', (option, options, engine, reason) => {
    const message = refusalOf(options, engine);
    expect(message).toContain(`"${option}" of the build of "${path.join(directory, 'app')}": `);
    expect(message).toContain(reason);
  });

  test('the ignore file of a Dockerfile, where the way to the engine would read both', () => {
    write('two/Dockerfile', 'FROM scratch\n');
    for (const file of ['.dockerignore', 'Dockerfile.dockerignore']) write(`two/${file}`, '*.log\n');
    const image = Image.build(path.join(directory, 'two'));
    const stack = testStack({ platform: new Engine({ host: 'ssh://deploy@shop.example' }) });
    expect(() => plain(stack, { image })).toThrow(/"Dockerfile\.dockerignore" of the build of .* keep one/);
  });

  test.each<readonly [string, BuiltImageOptions, string]>([
    [
      'an id',
      { secrets: { 'a,b': { variable: 'A' } } },
      'id of a build secret must be letters, digits, "_", "." and "-", got "a,b"',
    ],
    [
      'a file',
      { secrets: { a: { file: 'a,b' } } },
      'file of build secret a must have no comma and no quotation mark, got "a,b"',
    ],
    [
      'a variable',
      { secrets: { a: { variable: 'A-B' } } },
      'variable of build secret a must be letters, digits and "_"',
    ],
    [
      'a cache',
      { cacheTo: [{ registry: 'a,b' }] },
      'registry of cacheTo must have no comma and no quotation mark, got "a,b"',
    ],
    ['a context', { contexts: { 'A=b': '.' } }, 'name of a build context must be lower-case letters'],
    ['a label', { labels: { 'a b': '' } }, 'label of a build must be text without blanks and "=", got "a b"'],
    ['a platform', { platform: 'arm' }, 'must look like "linux/arm64", got "arm"'],
  ])('what the builder would read as something else: %s', (_, options, message) => {
    expect(() => Image.build('app', options)).toThrow(message);
  });
});
