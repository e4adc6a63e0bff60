import * as fs from 'node:fs';
import * as path from 'node:path';
import { Construct } from 'constructs';
import * as lib from '../../lib';
import { ApiService, HealthCheck, Image, PostgresService, WorkerService } from '../../lib';
import { describeStack } from '../../lib/model/stack/manifest';
import { environments } from '../../stacks/environments';
import { MnemoLiteStack } from '../../stacks/mnemolite/mnemolite-stack';
import { SETTINGS } from '../../stacks/mnemolite/settings';
import { container, ROOT, synth, testApp, testStack, variables } from '../support/stacks';
import { run, typeCheck } from './examples';
import { anchors, differences, matches, page, readPages, tableRows } from './pages';
import type { Block, Page } from './pages';

const pages = readPages();
const blocks = pages.flatMap((one) => one.blocks);
const place = (block: Block): string => `${block.page}:${block.line}`;

describe('Code on the pages', () => {
  const programs = blocks.filter(({ language }) => language === 'ts');

  test('every TypeScript block compiles against the library', async () => {
    expect(programs.length).toBeGreaterThan(15);
    expect(await typeCheck(programs)).toBe('');
  }, 120_000);

  const withExcerpts = pages.flatMap((one) =>
    one.blocks.flatMap((block, index) =>
      isExcerpt(block) ? [[place(block), exampleBefore(one, index), block] as const] : [],
    ),
  );

  test.each(withExcerpts)('%s is what the example before it becomes', (_, example, excerpt) => {
    const document = synth(run(example));
    if (excerpt.language === 'json') {
      const wanted = JSON.parse(excerpt.text) as Record<string, unknown>;
      const actual = 'resource' in wanted ? document : document.resource;
      expect(differences(wanted, withBuiltNames(wanted, actual))).toEqual([]);
    } else {
      const upload = container(document, 'proxy-config').upload as readonly { readonly content: string }[];
      expect(upload[0]?.content).toContain(excerpt.text);
    }
  });

  const fromGolden = blocks.flatMap((block) =>
    block.title?.startsWith('test/golden/') === true ? [[place(block), block.title, block] as const] : [],
  );

  test.each(fromGolden)('%s is what %s says', (_, file, { language, text }) => {
    const golden = fs.readFileSync(path.join(ROOT, file), 'utf8');
    if (language === 'json') expect(differences(JSON.parse(text), JSON.parse(golden))).toEqual([]);
    else expect(golden).toContain(text);
  });

  test('every JSON block is JSON', () => {
    for (const { language, text } of blocks) if (language === 'json') JSON.parse(text);
  });
});

function isExcerpt({ language, title }: Block): boolean {
  return title === undefined && (language === 'json' || language === 'caddyfile');
}

/** The TypeScript block that an excerpt belongs to: the last one before it. */
function exampleBefore(one: Page, index: number): Block {
  const example = one.blocks.slice(0, index).findLast(({ language }) => language === 'ts');
  if (example !== undefined) return example;
  throw new Error(`${one.file} has an excerpt without an example before it`);
}

/** Logical ids of built images end in a hash of their context, so pages write "…" there. */
function withBuiltNames(wanted: Record<string, unknown>, actual: Readonly<Record<string, unknown>>): unknown {
  const images = Object.keys((wanted.docker_image as object | undefined) ?? {});
  const real = (actual.docker_image ?? {}) as Record<string, unknown>;
  const renamed = images.map((id) => [id, real[Object.keys(real).find((key) => matches(id, key)) ?? '']]);
  return { ...actual, docker_image: { ...real, ...Object.fromEntries(renamed) } };
}

test('every address on the page about rollouts is one of MnemoLite in prod', () => {
  const golden = readJson('test/golden/mnemolite-prod/mnemolite-prod.json') as Record<string, Record<string, object>>;
  const containers = { ...golden['containers that run'], ...golden['containers that only carry files'] };
  const types: Record<string, object | undefined> = { ...golden.resource, docker_container: containers };
  const { prose } = page(pages, 'docs/rollouts.md');
  const named = [...prose.matchAll(/`(docker_\w+|terraform_data)\.([\w…-]+)`/g)];
  expect(named.length).toBeGreaterThan(8);
  const unknown = named.filter(
    ([, type = '', id = '']) => !Object.keys(types[type] ?? {}).some((key) => matches(id, key)),
  );
  expect(unknown.map(([address]) => address)).toEqual([]);
});

describe('The README', () => {
  const readme = page(pages, 'README.md');

  test('its program is the MnemoLite of stacks/ without its sizes', () => {
    const program = readme.blocks.find(({ language }) => language === 'ts');
    const short = describeStack(settled(run(program as Block)).context);
    const dev = environments().find(({ name }) => name === 'dev');
    const settings = SETTINGS.dev;
    if (dev === undefined || settings === undefined) throw new Error('there is no dev any more');
    const full = describeStack(settled(new MnemoLiteStack(testApp(), dev, settings)).context);
    const shape = ({ services, secrets, urls }: typeof full) => ({
      services: services.map(({ memory: _memory, cpus: _cpus, ...rest }) => rest),
      secrets,
      urls,
    });
    expect(shape(short)).toEqual(shape(full));
    expect(tableRows(readme, 'Service').map(([hostname, replacement]) => [hostname, replacement])).toEqual(
      full.services.map(({ hostname, replacement }) => [hostname, replacement]),
    );
  });

  test('the package.json it shows names the versions that the consumer tests install', () => {
    const shown = readme.blocks.find(({ title }) => title === 'package.json');
    const { dependencies, devDependencies } = JSON.parse(shown?.text ?? '{}') as Record<string, Record<string, string>>;
    const { 'docker-constructs': own, ...rest } = dependencies ?? {};
    const flavour = readJson('test/consumer/flavours/cdktf.json') as Record<string, Record<string, string>>;
    const manifest = readJson('package.json') as { version: string };
    expect(own).toContain(`docker-constructs-${manifest.version}.tgz`);
    expect(rest).toEqual(flavour.dependencies);
    expect(flavour.devDependencies).toMatchObject(devDependencies ?? {});
  });
});

function settled(stack: lib.EnvironmentStack): lib.EnvironmentStack {
  synth(stack);
  return stack;
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(path.join(ROOT, file), 'utf8'));
}

describe('What the pages name is there', () => {
  test.each(pages.map((one) => [one.file, one] as const))('links and paths of %s', (file, one) => {
    expect([...brokenLinks(one), ...missingPaths(one)].map((problem) => `${file}: ${problem}`)).toEqual([]);
  });

  test('every script exists in package.json', () => {
    const { scripts } = readJson('package.json') as { scripts: Record<string, string> };
    const named = pages.flatMap(({ text }) =>
      [...text.matchAll(/npm run ([a-z0-9:-]*[a-z0-9])/g)].map(([, name]) => name),
    );
    expect(new Set(named).size).toBeGreaterThan(4);
    expect([...new Set(named)].filter((name) => !Object.hasOwn(scripts, name ?? ''))).toEqual([]);
  });

  test('every construct of the public API has a page with its name in a heading', () => {
    const headings = pages
      .filter(({ file }) => file.startsWith('docs/'))
      .flatMap(({ prose }) => [...prose.matchAll(/^# +(.+)$/gm)].map(([, heading = '']) => heading))
      .join(' ');
    const constructs = Object.entries(lib).filter(([, value]) => isConstructClass(value));
    expect(constructs.map(([name]) => name)).toEqual(expect.arrayContaining(['PostgresService', 'Secret']));
    expect(constructs.filter(([name]) => !new RegExp(`\\b${name}\\b`).test(headings)).map(([name]) => name)).toEqual(
      [],
    );
  });

  test('every page of docs/ is linked from the README', () => {
    const readme = page(pages, 'README.md').text;
    const unlinked = pages.filter(({ file }) => file.startsWith('docs/') && !readme.includes(`(${file})`));
    expect(unlinked.map(({ file }) => file)).toEqual([]);
  });

  const inTables = pages
    .flatMap((one) => [...tableRows(one, 'Option'), ...tableRows(one, 'Field')])
    .flatMap(([first = '']) => [...first.matchAll(/\w+/g)].map(([name]) => name));

  test('every option and field in a table is one of the library', () => {
    const source = sources('lib');
    expect(inTables.filter((name) => !new RegExp(`readonly ${name}\\??:`).test(source))).toEqual([]);
  });

  test('every prop of a construct, a route, an environment and an engine is in a table', () => {
    const interfaces = [...sources('lib').matchAll(/^export interface (\w+)[^{]*\{\n([^]*?)^\}/gm)];
    const own = interfaces.filter(([, name = '']) => TABLED.test(name));
    const props = own.flatMap(([, , body = '']) =>
      [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, prop]) => prop),
    );
    expect(own.length).toBeGreaterThan(10);
    expect(props.filter((prop) => !inTables.includes(prop ?? ''))).toEqual([]);
  });
});

/** Interfaces of the public API whose members a reader looks up. */
const TABLED =
  /^(?:RuntimeProps|(?:Api|Worker|Job|Postgres)ServiceProps|PostgresDatabaseOptions|ReverseProxyProps|RouteOptions|SecretProps|DataVolumeProps|EnvironmentStackProps|Environment|EngineOptions|BuiltImageOptions|PulledImageOptions)$/;

function isConstructClass(value: unknown): boolean {
  return typeof value === 'function' && Object.prototype.isPrototypeOf.call(Construct.prototype, value.prototype);
}

function brokenLinks({ file, prose }: Page): readonly string[] {
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return links.filter((target) => {
    if (/^https?:/.test(target)) return false;
    const [to = '', anchor] = target.split('#');
    const absolute = to === '' ? path.join(ROOT, file) : path.join(ROOT, path.dirname(file), to);
    if (!fs.existsSync(absolute)) return true;
    return anchor !== undefined && !anchors(page(pages, path.relative(ROOT, absolute))).includes(anchor);
  });
}

/** Code such as `lib/values/duration.ts` is a path of this repository. */
function missingPaths({ prose }: Page): readonly string[] {
  const paths = [...prose.matchAll(/`((?:bin|docs|lib|scripts|stacks|test|\.ci)\/[\w./-]*)`/g)].map(
    ([, at = '']) => at,
  );
  return paths.filter((at) => !fs.existsSync(path.join(ROOT, at)));
}

/** All text of a folder's programs, with strings that are broken over lines put together again. */
function sources(...folders: readonly string[]): string {
  const files = folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(?:ts|js|cjs|py)$/.test(name))
      .map((name) => path.join(ROOT, folder, name)),
  );
  return files
    .map((file) => fs.readFileSync(file, 'utf8'))
    .join('\n')
    .replace(/['"`]\s*\+\s*['"`]/g, '')
    .replace(/\\(['"`])/g, '$1');
}

describe('What an application and the tools read', () => {
  const variablesPage = page(pages, 'docs/environment-variables.md');
  const image = Image.of('registry.example/shop/api:1.4.2');

  function consumers(): ReturnType<typeof synth> {
    const stack = testStack();
    const api = new ApiService(stack, 'Api', { image, port: 8000, healthCheck: HealthCheck.shell('true') });
    api.connectTo(new PostgresService(stack, 'Postgres', { database: 'shop' }));
    new WorkerService(stack, 'Worker', { image }).connectTo(api);
    return synth(stack);
  }

  test('the tables show exactly what the consumers of a synthesized stack receive', () => {
    const document = consumers();
    const rows = tableRows(variablesPage, 'Variable').map(([name, value]) => [name, value]);
    const expected = [...Object.entries(variables(document, 'api')), ...Object.entries(variables(document, 'worker'))];
    expect(rows.sort()).toEqual(expected.sort());
  });

  test('the settings are those that the programs read', () => {
    const read = [
      ...sources('lib', 'stacks', 'bin', 'scripts').matchAll(
        /(?:env\.|['"])((?:DOCKER_CONSTRUCTS|MNEMOLITE)_[A-Z_]+)\b/g,
      ),
    ];
    const documented = tableRows(variablesPage, 'Setting').map(([name = '']) => name);
    expect(documented.sort()).toEqual([...new Set(read.map(([, name]) => name))].sort());
  });
});

/** The pieces of a message, one behind the other on one line of a program. */
function pattern(message: string): RegExp {
  const pieces = message.split('…').map((piece) => piece.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(pieces.join('[^\\n]{0,200}?'));
}

describe('Messages in the catalogues', () => {
  const rows = ['docs/errors.md', 'docs/troubleshooting.md'].flatMap((file) =>
    tableRows(page(pages, file), 'Message').map(([message = '']) => [file, message] as const),
  );

  test('there are many, each once', () => {
    expect(rows.length).toBeGreaterThan(60);
    expect(new Set(rows.map(([, message]) => message)).size).toBe(rows.length);
  });

  test('what a construct refuses is in the catalogue of errors', () => {
    const source = sources('lib/model', 'lib/services', 'lib/platform');
    const thrown = [...source.matchAll(/(?:ConfigurationError\([^,]*,|\bmessage(?: =|:))\s*(['`][^\n]{15,})/g)].map(
      ([, text]) => text,
    );
    const patterns = rows.map(([, message]) => pattern(message));
    expect(thrown.length).toBeGreaterThan(50);
    expect(thrown.filter((text = '') => !patterns.some((known) => known.test(text)))).toEqual([]);
  });

  test('each is one that the library, its programs or its scripts can print', () => {
    const source = sources('lib', 'bin', 'programs', 'scripts');
    expect(rows.filter(([, message]) => !pattern(message).test(source))).toEqual([]);
  });
});
