// Slow: synthesizes random systems.

import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import {
  ConfigurationError,
  Cpus,
  Duration,
  HealthCheck,
  Image,
  PostgresService,
  ReverseProxy,
  Secret,
  Size,
  staticUpstreams,
} from '../../lib';
import type { EnvironmentStack, RouteOptions } from '../../lib';
import { escapedText } from '../../lib/platform/shared/terraform-text';
import { describeWith, requireProgram } from '../support/programs';
import { plain } from '../support/plain-service';
import { api, job, worker } from '../support/services';
import { container, synth, testStack } from '../support/stacks';
import type { Document, Place } from '../support/stacks';
import { hostileNumber, hostileText } from '../values/support';

// Slow machines run these for a while; nothing here is a measurement.

/** What Terraform makes of a template without references. */
const readBack = (template: string): string => template.replace(/([$%])\1\{/g, '$1{');

/** The document of a program, or undefined when the program was refused; any other error fails the test. */
function outcome(build: (stack: EnvironmentStack) => unknown, environment: Partial<Place> = {}): Document | undefined {
  try {
    const stack = testStack(environment);
    build(stack);
    return synth(stack);
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    expect(error.message).toMatch(/\S/);
    return undefined;
  }
}

/** Half of the texts are harmless, so that a program with many of them is not always refused. */
const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  hostileText,
  fc.constantFrom('${a}', '%{ if }', '$${b}', '$', '%', '"', '\\'),
);
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'api', 'db-1', 'X_Y') },
  { weight: 1, arbitrary: text },
);
const number = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 9 }) },
  { weight: 1, arbitrary: hostileNumber },
);
const args = fc.array(text, { maxLength: 4 });
const record = fc.dictionary(word, text, { maxKeys: 3 });
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Texts of the user come out of the document as they went in. */
function expectTextsBack(
  document: Document,
  id: string,
  said: { readonly command?: readonly string[]; readonly environment: object },
): void {
  const { command, env } = container(document, id) as {
    readonly command?: readonly string[];
    readonly env?: readonly string[];
  };
  if (said.command !== undefined) expect(command?.map(readBack)).toEqual(said.command);
  const lines = Object.entries(said.environment).map(([key, value]) => `${key}=${String(value)}`);
  expect((env ?? []).map(readBack).sort()).toEqual(lines.sort());
}

/** Two of the properties. */
const some = <T extends object>(all: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.tuple(all, fc.nat(), fc.nat()).map(([value, ...chosen]) => {
    const entries = Object.entries(value);
    const kept = chosen.map((index) => entries[index % entries.length] ?? ['', undefined]);
    return Object.fromEntries(kept) as Partial<T>;
  });

interface Upload {
  readonly content?: string;
  readonly content_base64?: string;
}

function contentOf({ content, content_base64: bytes = '' }: Upload): string {
  return content === undefined ? Buffer.from(bytes, 'base64').toString() : readBack(content);
}

describe('whatever a program says', () => {
  /** Some of the fields at a time, so that some programs have nothing wrong with them. */
  const fields = fc.record({
    kind: fc.constantFrom('service' as const, 'job' as const),
    hostname: word,
    entrypoint: args,
    command: args,
    workingDirectory: text,
    user: text,
    stopSignal: text,
    readOnlyRootFilesystem: fc.boolean(),
    capabilities: fc.array(word, { maxLength: 2 }),
    replicas: number,
    tmpfs: fc.array(fc.record({ path: fc.oneof(fc.constant('/tmp'), text), mode: text }), {
      maxLength: 2,
    }),
    ownedPaths: fc.array(text, { maxLength: 1 }),
    labels: record,
    ports: fc.array(
      fc.record({
        container: number,
        host: number,
        address: fc.oneof(fc.constant('127.0.0.1'), text),
        protocol: fc.constant('tcp' as const),
      }),
      { maxLength: 1 },
    ),
  });
  const additions = fc.record({
    environment: record,
    files: fc.uniqueArray(
      fc.record({
        path: fc.oneof(
          word.map((name) => `/etc/app/${name}`),
          text,
        ),
        content: text,
      }),
      {
        maxLength: 2,
      },
    ),
    directory: text,
  });

  test('a workload is refused with a reason, or becomes a document in which its texts are unchanged', () => {
    let accepted = 0;
    fc.assert(
      fc.property(some(fields), some(additions), (spec, { environment = {}, files = [], directory }) => {
        const { hostname = 'plain', command, labels: own = {} } = spec;
        const document = outcome((stack) => {
          const { workload } = plain(stack, spec);
          workload.variables.addAll(environment);
          for (const file of files) workload.addFile(file);
          if (directory !== undefined) workload.addBindMount(directory, '/mnt/it');
        });
        if (document === undefined) return;
        accepted += 1;
        expectTextsBack(document, hostname, { command, environment });
        const { labels, user } = container(document, hostname) as {
          labels: { label: string; value: string }[];
          user?: string;
        };
        expect(labels.slice(4).map(({ label, value }) => [readBack(label), readBack(value)])).toEqual(
          Object.entries(own),
        );
        if (user !== undefined) expect(readBack(user)).toBe(spec.user);
        const uploads = files.length === 0 ? [] : (container(document, `${hostname}-files`).upload as Upload[]);
        expect(uploads.map(contentOf)).toEqual(files.map(({ content }) => content));
      }),
      { numRuns: 200 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  test('services keep the words they are given', () => {
    let accepted = 0;
    const said = fc.record({
      command: args,
      environment: fc.dictionary(fc.constantFrom('A', 'B_C', '_'), text),
      arguments: args,
    });
    fc.assert(
      fc.property(said, ({ command, environment, arguments: check }) => {
        const document = outcome((stack) => {
          worker(stack, { command, environment, healthCheck: HealthCheck.command(['/check', ...check]) });
        });
        if (document === undefined) return;
        accepted += 1;
        expectTextsBack(document, 'worker', { command, environment });
        const { test: probe } = container(document, 'worker').healthcheck as { readonly test: readonly string[] };
        expect(probe.map(readBack)).toEqual(['CMD', '/check', ...check]);
      }),
      { numRuns: 80 },
    );
    expect(accepted).toBeGreaterThan(40);
  });

  test('a system of all services is refused with a reason, or synthesized', () => {
    const route = fc.record<RouteOptions>({
      host: optional(word),
      path: optional(fc.oneof(fc.constantFrom('/v1/*', '/', '/a'), text)),
      stripPrefix: optional(fc.boolean()),
      allow: optional(fc.array(text, { maxLength: 1 })),
      requestHeaders: optional(record),
      responseHeaders: optional(record),
      port: optional(number),
    });
    const program = fc.record({
      hostname: word,
      database: word,
      extension: word,
      alias: word,
      setting: record,
      port: number,
      replicas: number,
      route,
      upstream: text,
      user: word,
      domain: word,
      expose: fc.dictionary(word, number, { maxKeys: 1 }),
      image: text,
      secret: word,
    });
    let accepted = 0;
    fc.assert(
      fc.property(some(program), (said) => {
        const build = (stack: EnvironmentStack): void => {
          const {
            database = 'shop',
            extension = 'vector',
            setting = {},
            image = 'shop/api:1',
            hostname = 'api',
            port = 80,
          } = said;
          const postgres = new PostgresService(stack, 'Postgres', {
            database,
            extensions: [extension],
            settings: setting,
          });
          const service = api(stack, { hostname, port, replicas: said.replicas, image: Image.of(image) });
          service.connectTo(postgres, { alias: said.alias });
          job(stack).workload.addSecret(new Secret(stack, 'Key', { name: said.secret }));
          const proxy = new ReverseProxy(stack, 'Proxy');
          proxy.addRoute(service, said.route);
          const users = [{ user: said.user ?? 'admin', password: new Secret(stack, 'Password') }];
          proxy.addRoute(staticUpstreams(said.upstream ?? 'other:80'), { path: '/other', basicAuth: users });
        };
        if (outcome(build, { domain: said.domain, expose: said.expose }) !== undefined) accepted += 1;
      }),
      { numRuns: 80 },
    );
    expect(accepted).toBeGreaterThan(3);
  });

  test('quantities are refused where they are made', () => {
    fc.assert(
      fc.property(hostileNumber, hostileText, (amount, phrase) => {
        for (const make of [
          () => worker(testStack(), { memory: Size.mebibytes(amount) }),
          () => worker(testStack(), { memory: Size.parse(phrase) }),
          () => worker(testStack(), { cpus: Cpus.of(amount) }),
          () => worker(testStack(), { stopGracePeriod: Duration.seconds(amount) }),
          () => worker(testStack(), { logs: { maxSize: Size.bytes(amount), maxFiles: amount } }),
        ]) {
          outcome(make);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describeWith('terraform', 'Terraform itself', () => {
  test('reads back every text that was written for it', () => {
    const special = fc.array(fc.constantFrom('$', '%', '{', '}', '"', '\\', '\n', '~', 'a', '${x}', '%{y}'), {
      maxLength: 8,
    });
    // Terraform keeps texts in one Unicode normal form, and no lone halves of characters.
    const texts = fc
      .sample(
        fc.oneof(
          special.map((parts) => parts.join('')),
          text,
        ),
        { numRuns: 400, seed: 7 },
      )
      .map((sample) => sample.replace(/\p{Surrogate}/gu, '').normalize('NFC'));
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'texts-'));
    try {
      fs.writeFileSync(
        path.join(directory, 'main.tf.json'),
        JSON.stringify({ locals: { texts: texts.map(escapedText) } }),
      );
      const answer = execFileSync(requireProgram('terraform'), ['console'], {
        cwd: directory,
        input: 'base64encode(jsonencode(local.texts))\n',
        encoding: 'utf8',
        stdio: 'pipe',
      });
      expect(JSON.parse(Buffer.from(answer.trim().replace(/"/g, ''), 'base64').toString('utf8'))).toEqual(texts);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });
});
