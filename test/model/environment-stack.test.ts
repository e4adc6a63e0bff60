import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App, HttpBackend } from 'cdktf';
import {
  Cpus,
  Engine,
  EnvironmentStack,
  Image,
  PostgresService,
  ReverseProxy,
  Secret,
  Size,
  Tier,
  Tls,
} from '../../lib';
import { SecretStore } from '../../lib/model/secrets/secret-store';
import { describeStack, MANIFEST_FILE } from '../../lib/model/stack/manifest';
import { refusal } from '../support/refusal';
import { api, job, worker } from '../support/services';
import {
  block,
  container,
  findings,
  ids,
  NO_SECRETS,
  revision,
  synth,
  testApp,
  testEnvironment,
  testStack,
} from '../support/stacks';
import type { Place } from '../support/stacks';

const directories: string[] = [];

function temporary(): string {
  const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'stack-')));
  directories.push(directory);
  return directory;
}

afterAll(() => directories.forEach((directory) => fs.rmSync(directory, { recursive: true })));

describe('a stack', () => {
  test('refuses an id that the framework would take for a reference', () => {
    const stack = testStack({ expose: { api: 8000 } });
    api(stack, { hostname: 'api' }, 'Api${TfToken[TOKEN.987654321]}');
    expect(() => synth(stack)).toThrow(
      'its id contains text that looks like a reference of cdktf, but refers to nothing; choose another id',
    );
  });

  test('is named after system and environment, and keeps its state beside the output folder', () => {
    const stack = testStack({ name: 'staging' });
    expect(stack.node.id).toBe('shop-staging');
    expect(synth(stack).terraform).toEqual({
      backend: { local: { path: '../../../state/shop-staging.tfstate' } },
      required_providers: { docker: { source: 'kreuzwerker/docker' } },
      required_version: '>= 1.7.0',
    });
  });

  test('takes another backend', () => {
    const backend = (stack: ConstructorParameters<typeof HttpBackend>[0]): HttpBackend =>
      new HttpBackend(stack, { address: 'https://state.example.org/shop' });
    const { terraform } = synth(testStack({}, { backend }));
    expect(terraform).toMatchObject({ backend: { http: { address: 'https://state.example.org/shop' } } });
  });

  test('makes a network when it is first asked for, internal where data lies', () => {
    const stack = testStack();
    expect(stack.network(Tier.DATA)).toBe(stack.network(Tier.DATA));
    stack.network(Tier.APP);
    expect(synth(stack).resource.docker_network).toEqual({
      app: { name: 'shop-test-app', driver: 'bridge', internal: false },
      data: { name: 'shop-test-data', driver: 'bridge', internal: true },
    });
  });

  test('gives nothing of one tier to another that did not ask for it', () => {
    const stack = testStack();
    const service = api(stack);
    const postgres = new PostgresService(stack, 'Postgres');
    service.connectTo(postgres);
    const proxy = new ReverseProxy(stack, 'Proxy');
    proxy.addRoute(service);
    const tiers = [proxy, service, postgres].map(({ workload }) =>
      workload.networks.map((one) => one.network.spec.tier),
    );
    expect(tiers).toEqual([['edge', 'app'], ['app', 'data'], ['data']]);
  });

  test('whose port is exposed joins a network that is not internal, for an internal one publishes nothing', () => {
    const stack = testStack({ expose: { postgres: 15432 } });
    new PostgresService(stack, 'Postgres');
    const document = synth(stack);
    expect(container(document, 'postgres')).toMatchObject({
      networks_advanced: [{ name: '${docker_network.access.id}' }, { name: '${docker_network.data.id}' }],
      ports: [{ internal: 5432, external: 15432, ip: '127.0.0.1', protocol: 'tcp' }],
    });
    expect(block(document, 'docker_network', 'access').internal).toBe(false);
  });

  test('can be settled early, and is settled once', () => {
    const stack = testStack();
    worker(stack);
    stack.prepareStack();
    stack.prepareStack();
    expect(ids(synth(stack), 'docker_container')).toEqual(['worker']);
  });
});

test('a deploy prints the addresses of the system and the names of its data volumes', () => {
  const stack = testStack({ domain: 'shop.example.org', tls: Tls.internal() });
  const proxied = api(stack);
  proxied.connectTo(new PostgresService(stack, 'Archive', { hostname: 'archive' }), { alias: 'ARCHIVE' });
  proxied.connectTo(new PostgresService(stack, 'Main', { hostname: 'main' }));
  new ReverseProxy(stack, 'Proxy').addRoute(proxied);
  expect(synth(stack).output).toEqual({
    urls: { value: ['https://shop.example.org'] },
    volumes: { value: ['shop-test-archive-data', 'shop-test-main-data', 'shop-test-proxy-data'] },
  });
});

describe('an environment', () => {
  const replicas = (environment: Partial<Place>, own?: number): number => {
    const stack = testStack(environment);
    return worker(stack, { replicas: own }).workload.spec.replicas;
  };

  test('says how many containers a service has that does not say so itself', () => {
    expect([replicas({}), replicas({ replicas: { worker: 3 } }), replicas({ replicas: { worker: 3 } }, 2)]).toEqual([
      1, 3, 2,
    ]);
  });

  test('serves two systems that differ in ports, names of services and numbers of containers', () => {
    const app = testApp();
    const shared = { environment: testEnvironment(), secretsDirectory: NO_SECRETS };
    const shop = new EnvironmentStack(app, {
      ...shared,
      system: 'shop',
      edge: { http: 8001 },
      expose: { postgres: 15432 },
    });
    const blog = new EnvironmentStack(app, {
      ...shared,
      system: 'blog',
      domain: 'blog.example.org',
      edge: { http: 8002 },
      replicas: { web: 3 },
    });
    new PostgresService(shop, 'Postgres');
    new ReverseProxy(shop, 'Proxy').addRoute(api(shop, { hostname: 'api' }));
    new ReverseProxy(blog, 'Proxy').addRoute(api(blog, { hostname: 'web' }));
    expect([findings(shop), findings(blog)]).toEqual([[], []]);
    expect([shop, blog].map((stack) => stack.context.urls)).toEqual([
      ['http://localhost:8001'],
      ['http://blog.example.org:8002'],
    ]);
  });

  test('refuses a fact about one system', () => {
    const environment = { ...testEnvironment(), edge: { http: 8001 } };
    expect(refusal(() => new EnvironmentStack(testApp(), { system: 'shop', environment }))).toBe(
      '[shop-test] `edge` of the environment is a fact about one system; move it to the properties of the EnvironmentStack, beside `environment`',
    );
  });

  test('takes images from somewhere else', () => {
    const stack = testStack({ imageMirrors: { 'docker.io/': 'mirror.example.org/' } });
    worker(stack);
    const images = Object.values(synth(stack).resource.docker_image ?? {});
    expect(images.map(({ name }) => name)).toEqual(['mirror.example.org/shop/worker:1.0']);
  });

  test('accepts images that are pinned', () => {
    const stack = testStack({ requireImageDigests: true });
    worker(stack, { image: Image.of(`shop/worker:1.0@sha256:${'a'.repeat(64)}`) });
    expect(findings(stack)).toEqual([]);
  });

  test('reaches another engine, whatever the shell of the operator says', () => {
    const platform = new Engine({
      host: 'tcp://docker.example.org:2376',
      certificates: '/etc/docker/certificates',
      sshOptions: ['-o', 'BatchMode=yes'],
      providerVersion: '4.5.0',
      swapAccounting: false,
      registries: [{ address: 'ghcr.io', username: 'shop', passwordVariable: 'registry_password' }],
    });
    const stack = testStack({ platform });
    worker(stack);
    const document = synth(stack);
    expect(document.provider).toEqual({
      docker: [
        {
          host: 'tcp://docker.example.org:2376',
          context: '',
          cert_path: '/etc/docker/certificates',
          ssh_opts: ['-o', 'BatchMode=yes'],
          registry_auth: [{ address: 'ghcr.io', username: 'shop', password: '${var.registry_password}' }],
        },
      ],
    });
    expect(document.variable).toEqual({ registry_password: { type: 'string', sensitive: true, ephemeral: true } });
    expect(container(document, 'worker').memory_swap).toBe(-1);
    expect(JSON.stringify(document.resource.terraform_data?.['services-healthy'])).toContain(
      '--host tcp://docker.example.org:2376 --cert-path /etc/docker/certificates',
    );
  });
});

describe('the description of a stack for tools', () => {
  function described(): EnvironmentStack {
    const stack = testStack({ domain: 'shop.example.org', tls: Tls.internal(), edge: { https: 8443 } });
    const postgres = new PostgresService(stack, 'Postgres', { memory: Size.gibibytes(2) });
    const service = api(stack, { replicas: 2, cpus: Cpus.of(0.5) });
    service.connectTo(postgres);
    new ReverseProxy(stack, 'Proxy').addRoute(service);
    job(stack).workload.addSecret(
      new Secret(stack, 'LicenceKey', { origin: 'supplied', description: 'from the vendor' }),
    );
    return stack;
  }

  test('says what runs how', () => {
    const stack = described();
    const { services, urls } = describeStack(stack.context);
    expect(urls).toEqual(['https://shop.example.org:8443']);
    expect(services.find(({ hostname }) => hostname === 'api')).toEqual({
      hostname: 'api',
      kind: 'service',
      image: 'shop/api:1.0',
      replicas: 2,
      replacement: 'cutover',
      networks: ['app', 'data'],
      ports: [],
      memory: '128m',
      cpus: '0.5',
    });
    expect(services.map(({ hostname, replacement }) => `${hostname}: ${replacement}`)).toEqual([
      'postgres: stop-first',
      'api: cutover',
      'postgres-role-api: run once',
      'postgres-retire-api: run once',
      'proxy: stop-first',
      'job: run once',
    ]);
    expect(services.find(({ hostname }) => hostname === 'proxy')?.ports).toEqual([
      '127.0.0.1:80->80/tcp',
      '127.0.0.1:8443->443/tcp',
      '127.0.0.1:8443->443/udp',
    ]);
  });

  test('says which secrets it needs, and who reads them', () => {
    const stack = described();
    expect(describeStack(stack.context).secrets).toEqual([
      {
        name: 'postgres-api-password',
        origin: 'generated',
        description: 'password of role api in database app',
        consumers: ['api', 'postgres-role-api'],
        uses: ['uri'],
      },
      {
        name: 'postgres-api-url',
        origin: 'derived',
        description: 'connection URL of role api',
        consumers: ['api'],
        uses: [],
      },
      { name: 'licence-key', origin: 'supplied', description: 'from the vendor', consumers: ['job'], uses: [] },
    ]);
  });

  test('lies beside the document, without a value', () => {
    const project = temporary();
    const app = new App({ outdir: path.join(project, 'cdktf.out') });
    const secretsDirectory = path.join(project, 'private');
    const values = path.join(secretsDirectory, 'shop-test');
    fs.mkdirSync(values, { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(values, 'postgres-worker-password'), 'Canary/Value', { mode: 0o600 });
    const environment = testEnvironment();
    const stack = new EnvironmentStack(app, { system: 'shop', environment, secretsDirectory });
    worker(stack).connectTo(new PostgresService(stack, 'Postgres'));
    app.synth();
    const folder = path.join(project, 'cdktf.out', 'stacks', 'shop-test');
    const [manifest, document] = [MANIFEST_FILE, 'cdk.tf.json'].map((name) =>
      fs.readFileSync(path.join(folder, name), 'utf8'),
    );
    expect(JSON.parse(manifest ?? '')).toMatchObject({ stack: 'shop-test', secretsDirectory: values });
    expect(`${manifest}${document}`).not.toContain('Canary');
    const fingerprint = new SecretStore({ directory: values }).fingerprint('postgres-worker-password');
    expect(fs.readFileSync(path.join(values, 'postgres-worker-url'), 'utf8')).toBe(
      `postgresql://worker_${fingerprint.slice(0, 6)}:Canary%2FValue@postgres:5432/app`,
    );
  });
});

describe('a secret', () => {
  function deployed(value: string | undefined): ReturnType<typeof synth> {
    const secretsDirectory = temporary();
    const values = path.join(secretsDirectory, 'shop-test');
    fs.mkdirSync(values, { mode: 0o700 });
    fs.writeFileSync(path.join(values, '.fingerprint-key'), Buffer.alloc(32, 7), { mode: 0o600 });
    if (value !== undefined) fs.writeFileSync(path.join(values, 'key'), value, { mode: 0o600 });
    const stack = testStack({}, { secretsDirectory });
    worker(stack, {}, 'Reader').workload.addSecret(new Secret(stack, 'Key'));
    worker(stack, {}, 'Bystander');
    return synth(stack);
  }

  test('with a new value makes a new revision of its readers, and of nobody else', () => {
    const [missing, one, same, two] = [undefined, 'one', 'one', 'two'].map(deployed);
    if (!missing || !one || !same || !two) throw new Error('four documents');
    expect(revision(one, 'reader')).toBe(revision(same, 'reader'));
    expect(new Set([missing, one, two].map((document) => revision(document, 'reader'))).size).toBe(3);
    expect(new Set([missing, one, two].map((document) => revision(document, 'bystander'))).size).toBe(1);
  });

  test('without a value stops the plan of its stack, and says what to run', () => {
    const [precondition] = (container(deployed(undefined), 'reader-files').lifecycle as { precondition: object[] })
      .precondition;
    expect(precondition).toEqual({
      condition: expect.stringMatching(/^\$\{fileexists\("\$\{path\.root\}\/\.\.\/.*\/shop-test\/key"\)\}$/),
      error_message: 'Secret key of shop-test has no value. Run: npx docker-constructs secrets shop-test',
    });
  });
});
