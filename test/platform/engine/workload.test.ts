import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'cdktf';
import { Engine, EnvironmentStack, Image, Secret } from '../../../lib';
import type { WorkloadSpec } from '../../../lib';
import { containersOf } from '../../support/services';
import { FULL, plain, PLAIN, PlainService } from '../../support/plain-service';
import { unclaimedReferences } from '../../support/references';
import { container, findings, revision, synth, testStack } from '../../support/stacks';
import type { Block, Document } from '../../support/stacks';

/** The gate's folder is named after its content, which has tests of its own. */
const withoutGate = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replace(/node assets\/Gate\/[0-9a-f]+\/main\.cjs/g, 'node gate')) as unknown;

const gate = (block: Block): unknown => {
  const [provisioner] = withoutGate(block.provisioner) as readonly {
    readonly 'local-exec': { readonly command: string };
  }[];
  return provisioner?.['local-exec'].command;
};

function rendered(spec: Partial<WorkloadSpec>, paths = spec.ownedPaths ?? []): Document {
  const stack = testStack();
  addVolumes(stack, new PlainService(stack, 'Plain', { ...PLAIN, ...spec }), paths);
  return synth(stack);
}

function addVolumes(stack: EnvironmentStack, { workload }: PlainService, paths: readonly string[]): void {
  for (const owned of paths) {
    const spec = { name: `shop-test${owned.replace('/', '-')}`, keep: false, data: true };
    workload.addVolume(stack.environment.platform.createVolume(stack, spec.name, spec), owned);
  }
}

describe('one container', () => {
  test('that says as little as possible is hardened', () => {
    expect(withoutGate(container(rendered({}), 'plain'))).toEqual({
      name: 'shop-test-plain-${substr(uuid(), 0, 8)}',
      image: '${docker_image.image-plain-4742e5.image_id}',
      hostname: 'plain',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      security_opts: ['no-new-privileges:true'],
      memory: 64,
      memory_swap: 64,
      cpu_period: 100000,
      cpu_quota: 100000,
      cpu_shares: 1024,
      stop_timeout: 10,
      destroy_grace_seconds: 10,
      init: true,
      restart: 'always',
      must_run: true,
      log_driver: 'json-file',
      log_opts: { 'max-size': '1m', 'max-file': '2' },
      labels: [
        { label: 'docker-constructs.role', value: 'service' },
        { label: 'docker-constructs.stack', value: 'shop-test' },
        { label: 'docker-constructs.revision', value: '${substr(terraform_data.plain-revision.id, 0, 8)}' },
        { label: 'docker-constructs.workload', value: 'shop-test/plain' },
      ],
      networks_advanced: [{ name: '${docker_network.app.id}', aliases: ['plain'] }],
      lifecycle: { create_before_destroy: true, ignore_changes: ['name', 'log_opts', 'ulimit'] },
    });
  });

  test('that says everything has all of it, in the spelling that plans no second change', () => {
    expect(withoutGate(container(rendered(FULL), 'full'))).toEqual({
      name: 'shop-test-full-${substr(uuid(), 0, 8)}',
      image: '${docker_image.image-full-2b437b.image_id}',
      hostname: 'full',
      entrypoint: ['/entry', '--flag'],
      command: ['serve', 'all'],
      working_dir: '/srv/app',
      user: '1000:1001',
      read_only: false,
      tmpfs: {
        '/tmp': 'rw,noexec,nosuid,nodev,mode=0700,size=16m',
        '/var/cache/app': 'rw,noexec,nosuid,nodev,mode=1777',
      },
      capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE'] },
      security_opts: ['no-new-privileges:true'],
      memory: 1024,
      memory_swap: 1024,
      cpu_period: 100000,
      cpu_quota: 50000,
      cpu_shares: 512,
      shm_size: 128,
      sysctls: { 'net.core.somaxconn': '2048' },
      healthcheck: {
        test: ['CMD', '/bin/check', 'me'],
        interval: '1m30s',
        timeout: '1.5s',
        retries: 4,
        start_period: '1h0m0s',
      },
      stop_signal: 'SIGQUIT',
      stop_timeout: 21,
      ulimit: [
        { name: 'core', soft: 0, hard: 0 },
        { name: 'nofile', soft: 1024, hard: 65_536 },
      ],
      destroy_grace_seconds: 21,
      init: true,
      restart: 'always',
      must_run: true,
      log_driver: 'json-file',
      log_opts: { 'max-size': '512k', 'max-file': '7' },
      labels: [
        { label: 'docker-constructs.role', value: 'service' },
        { label: 'docker-constructs.stack', value: 'shop-test' },
        { label: 'docker-constructs.revision', value: '${substr(terraform_data.full-revision.id, 0, 8)}' },
        { label: 'docker-constructs.workload', value: 'shop-test/full' },
        { label: 'org.example.team', value: '$${shop} %%{a}' },
      ],
      networks_advanced: [{ name: '${docker_network.app.id}', aliases: ['full'] }],
      ports: [
        { internal: 80, external: 8080, ip: '::1', protocol: 'tcp' },
        { internal: 443, external: 8443, ip: '127.0.0.1', protocol: 'tcp' },
        { internal: 443, external: 8443, ip: '127.0.0.1', protocol: 'udp' },
      ],
      volumes: [{ container_path: '/data', read_only: false, volume_name: '${docker_volume.data.name}' }],
      depends_on: ['docker_container.full-ownership'],
      lifecycle: { create_before_destroy: true, ignore_changes: ['name', 'log_opts', 'ulimit'] },
    });
  });

  test('of a job ends, and is not started again', () => {
    const block = container(rendered({ kind: 'job' }), 'plain');
    expect(block).toMatchObject({ restart: 'no', must_run: false });
    expect(gate(block)).toBe('node gate job --container ${self.id} --timeout 45');
  });
});

describe('whatever is added to a workload', () => {
  const additions: readonly (readonly [string, (service: PlainService, stack: EnvironmentStack) => void])[] = [
    ['a variable', ({ workload }) => workload.variables.add('A', 'b')],
    ['a file', ({ workload }) => workload.addFile({ path: '/etc/app/a', content: 'x' })],
    ['an executable file', ({ workload }) => workload.addFile({ path: '/etc/app/a', content: 'x', executable: true })],
    ['a directory', ({ workload }) => workload.addBindMount('/srv', '/srv')],
    ['another directory', ({ workload }) => workload.addBindMount('/srv/other', '/srv')],
    ['a writable directory', ({ workload }) => workload.addBindMount('/srv', '/srv', { readOnly: false })],
    ['a network', ({ workload }, stack) => workload.joinNetwork(stack.network('monitoring'))],
    ['a network under a name', ({ workload }, stack) => workload.joinNetwork(stack.network('monitoring'), 'alias')],
    ['a secret', ({ workload }, stack) => workload.addSecret(new Secret(stack, 'Key'))],
    ['an exported secret', ({ workload }, stack) => workload.exportSecret('KEY', new Secret(stack, 'Key'))],
    ['a secret exported otherwise', ({ workload }, stack) => workload.exportSecret('YEK', new Secret(stack, 'Key'))],
    ['an override', ({ workload }) => containersOf(workload)[0]?.addOverride('sysctls', { 'net.core.somaxconn': '1' })],
  ];

  function withAddition(add: (typeof additions)[number][1]): Document {
    const stack = testStack();
    const service = plain(stack, { command: ['run'] });
    add(service, stack);
    return synth(stack);
  }

  test('makes a revision of its own', () => {
    const all = [withAddition(() => undefined), ...additions.map(([, add]) => withAddition(add))];
    const revisions = all.map((document) => revision(document, 'plain'));
    expect(new Set(revisions).size).toBe(all.length);
  });

  test.each(additions)('%s leaves nothing that could change in an unchanged revision', (_what, add) => {
    expect(unclaimedReferences(withAddition(add))).toEqual([]);
  });

  test('that is known only on deployment is a trigger by its reference', () => {
    const stack = testStack();
    const [other] = containersOf(plain(stack, { hostname: 'other' }, 'Other').workload);
    plain(stack).workload.variables.add('OTHER', `at ${other?.name ?? ''}`);
    const document = synth(stack);
    expect(unclaimedReferences(document)).toEqual([]);
    expect(container(document, 'plain').env).toEqual(['OTHER=at ${docker_container.other.name}']);
  });
});

describe('a checkout in another directory', () => {
  /** A built image, mounted sources, a file, a secret: all that has to do with paths. */
  function synthIn(project: string): string {
    fs.mkdirSync(path.join(project, 'api'), { recursive: true });
    fs.writeFileSync(path.join(project, 'api', 'Dockerfile'), 'FROM scratch\n');
    fs.mkdirSync(path.join(project, '.secrets', 'shop-test'), { recursive: true, mode: 0o700 });
    const before = process.cwd();
    process.chdir(project);
    try {
      const environment = { name: 'test', platform: new Engine() };
      const stack = new EnvironmentStack(new App({ outdir: 'cdktf.out' }), { system: 'shop', environment });
      const { workload } = plain(stack, { image: Image.build('./api'), command: ['run'] });
      workload.addBindMount(path.resolve('api'), '/app');
      workload.addFile({ path: '/etc/app/a', content: 'x' });
      workload.addSecret(new Secret(stack, 'Key'));
      return JSON.stringify(synth(stack), undefined, 2);
    } finally {
      process.chdir(before);
    }
  }

  test('gives the same document to the byte, and no absolute path', () => {
    const directory = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'checkout-')));
    try {
      const text = synthIn(path.join(directory, 'one'));
      expect(synthIn(path.join(directory, 'deep', 'er', 'two'))).toBe(text);
      expect(text).not.toContain(directory);
      expect(text).toContain('"host_path": "${abspath(\\"${path.root}/../../../api\\")}"');
      expect(text).toContain('"source": "${path.root}/../../../.secrets/shop-test/key"');
      expect(text).toContain('"context": "../../../api"');
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  test('mounts a directory outside of the project as it is', () => {
    const stack = testStack();
    plain(stack).workload.addBindMount('/var/lib/shared', '/shared', { readOnly: false });
    expect(container(synth(stack), 'plain').volumes).toEqual([
      { container_path: '/shared', host_path: '/var/lib/shared', read_only: false },
    ]);
  });
});

describe('images', () => {
  test('are pulled once for all who use them, and apart for another platform', () => {
    const stack = testStack();
    plain(stack, { hostname: 'a' }, 'A');
    plain(stack, { hostname: 'b' }, 'B');
    plain(stack, { hostname: 'c', image: Image.of('shop/plain:1.0', { platform: 'linux/arm64' }) }, 'C');
    expect(Object.values(synth(stack).resource.docker_image ?? {})).toEqual([
      { name: 'shop/plain:1.0', keep_locally: true },
      { name: 'shop/plain:1.0', platform: 'linux/arm64', keep_locally: true },
    ]);
  });

  test('that are built get base images from where the environment takes images', () => {
    const stack = testStack({ imageMirrors: { python: 'mirror.example.org/python' } });
    const context = path.join(__dirname, '..', '..', '..', 'stacks', 'mnemolite', 'api');
    const image = Image.build(context, {
      baseImages: { PYTHON_IMAGE: 'python:3.12-slim' },
      args: { A: '${b}' },
      target: 'run',
    });
    plain(stack, { image });
    const [built] = Object.values(synth(stack).resource.docker_image ?? {});
    expect(built?.build).toMatchObject({
      build_args: { A: '$${b}', PYTHON_IMAGE: 'mirror.example.org/python:3.12-slim' },
      context: '../../../stacks/mnemolite/api',
      target: 'run',
    });
  });

  test('that are built stay on the host where data is kept, and go with the stack elsewhere', () => {
    const kept = [true, false].map((keepData) => {
      const stack = testStack({ keepData });
      plain(stack, { image: Image.build(path.join(__dirname, '..', '..', '..', 'stacks', 'mnemolite', 'db')) });
      return Object.values(synth(stack).resource.docker_image ?? {})[0]?.keep_locally;
    });
    expect(kept).toEqual([true, false]);
  });
});

test('nothing is wrong with a workload that says everything', () => {
  const stack = testStack();
  addVolumes(stack, plain(stack, FULL), FULL.ownedPaths);
  expect(findings(stack)).toEqual([]);
});
