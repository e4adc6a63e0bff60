import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { explainFailure } from '../../../lib/cli/failure/explain';
import type { ListedContainer } from '../../../lib/cli/engine/host-ports';
import { TerraformLog } from '../../../lib/cli/terraform/terraform-log';
import type { ManifestService } from '../../../lib/model/stack/manifest';

/** Folder of a user, with the stack's folder in it. */
const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'failures-'));
const folder = path.join(directory, 'cdktf.out/stacks/shop-dev');
fs.mkdirSync(folder, { recursive: true });
afterAll(() => fs.rmSync(directory, { recursive: true }));

const at = (place: string): object => ({ metadata: { path: place } });

const RESOURCE = {
  docker_container: {
    api: { '//': at('shop-dev/Api/Workload/Resource'), image: '${docker_image.image-api.image_id}' },
    worker: {
      '//': at('shop-dev/Jobs/Worker/Workload/Resource'),
      image: '${docker_image.image-bb.image_id}',
      name: 'shop-dev-worker-${substr(uuid(), 0, 8)}',
    },
    bare: { image: '${docker_image.image-top.image_id}' },
    top: { '//': at('shop-dev/Top/Workload/Resource'), image: '${docker_image.image-top.image_id}' },
  },
  docker_image: {
    'image-bb': { name: 'registry.example/bb:2' },
    'image-api': {
      name: 'shop-dev/ctx:1',
      build: {
        build_args: { PYTHON_IMAGE: 'python:3.12-slim', GREETING: 'hello $${world}' },
        build_log_file: 'image-api.log',
        context: '../../../the source',
        dockerfile: '${abspath("../../../the source/Dockerfile")}',
        target: 'app',
        platform: 'linux/arm64',
        secrets: [
          { id: 'a', src: '../../../token' },
          { id: 'b', env: 'TOKEN' },
        ],
        additional_contexts: ['shared=../../../shared'],
      },
    },
    'image-base': { name: 'base:1' },
    'image-top': { name: 'shop-dev/top:1', depends_on: ['docker_image.image-base'] },
  },
  docker_network: { app: { '//': at('shop-dev/Network-app/Resource') } },
};

function service(hostname: string, networks: readonly string[], ports: readonly string[]): ManifestService {
  const limits = { memory: '1m', cpus: '1', replicas: 1 };
  return { hostname, kind: 'service', image: 'x', replacement: 'stop-first', networks, ports, ...limits };
}

const SERVICES = [
  service('api', ['app'], ['127.0.0.1:18081->8080/tcp']),
  service('proxy', ['edge', 'app'], ['127.0.0.1:80->80/tcp']),
  service('alloy', ['monitoring'], ['127.0.0.1:8088->8088/tcp']),
];

/** A block as Terraform frames it. */
function block(message: string, address?: string): string {
  const source =
    address === undefined ? [] : ['', `  with ${address},`, `  on cdk.tf.json line 1, in ${address}:`, ' 1: },'];
  return ['╷', ...[`Error: ${message}`, ...source, ''].map((line) => `│ ${line}`), '╵', ''].join('\n');
}

function explained(output: string, containers: readonly ListedContainer[] = []): string {
  const log = new TerraformLog(() => undefined);
  log.add(output);
  log.end();
  const manifest = { ...MANIFEST, services: SERVICES };
  const document = { resource: RESOURCE };
  const stack = { name: 'shop-dev', directory: folder, document, dependencies: [], annotations: [], manifest };
  return explainFailure(log.problems, { stack, directory, containers });
}

const MANIFEST = {
  stack: 'shop-dev',
  urls: [],
  secrets: [],
  secretsDirectory: '',
  encryptedDirectory: '',
  volumesFile: '',
  backups: [],
};

const IMAGE = 'registry.example/bb:2';
const PULL = `Unable to read Docker image into resource: unable to pull image ${IMAGE}: error pulling image ${IMAGE}: Error response from daemon: `;

describe('an image that cannot be pulled', () => {
  const NO_TAG = 'the registry has no such tag. Correct `image`, or push it first.';
  const NO_LOGIN =
    'the registry wants credentials, or refuses those it got. Name the registry in `registries` of the Engine; a misspelt ' +
    'repository is refused in the same way.';
  const NO_WAY =
    'the engine cannot reach the registry: it needs a connection and name resolution on its own host, or a mirror in ' +
    '`imageMirrors` of the environment.';

  // The words of Docker 28.5 with overlay2, of the same with the containerd image store, and of Docker Hub.
  test.each([
    [`manifest for ${IMAGE} not found: manifest unknown: manifest unknown`, NO_TAG],
    [`failed to resolve reference "${IMAGE}": ${IMAGE}: not found`, NO_TAG],
    [`Head "https://registry.example/v2/bb/manifests/2": no basic auth credentials`, NO_LOGIN],
    [
      `failed to resolve reference "${IMAGE}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`,
      NO_LOGIN,
    ],
    ["pull access denied for bb, repository does not exist or may require 'docker login'", NO_LOGIN],
    ['Get "https://registry.example/v2/": dial tcp: lookup registry.example on 10.0.0.1:53: no such host', NO_WAY],
    [
      `failed to resolve reference "${IMAGE}": failed to do request: Head "https://registry.example/v2/bb/manifests/2": dial tcp 10.0.0.2:443: connect: connection refused`,
      NO_WAY,
    ],
    [
      'toomanyrequests: You have reached your pull rate limit.',
      'the registry has no more pulls for this address at the moment. Log in with `registries` of the Engine, or name a ' +
        'mirror in `imageMirrors` of the environment.',
    ],
    [
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      "the image is not there for the engine's processor. Choose another `image`, or state its `platform`.",
    ],
    [
      'Get "https://registry.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      "the engine does not trust the registry's certificate.",
    ],
  ])('is told with its construct and option: %s', (args, reason) => {
    expect(explained(block(`${PULL}${args}`, 'docker_image.image-bb'))).toBe(
      `shop-dev/Jobs/Worker (docker_image.image-bb): \`image\` ${IMAGE}: ${reason} Try it: docker pull ${IMAGE}\n\n  Error: ${PULL}${args}`,
    );
  });

  test('is told without a reason where the provider keeps it, and with what is built on it', () => {
    const args = 'Unable to read Docker image into resource: unable to find or pull image base:1';
    expect(explained(block(args, 'docker_image.image-base'))).toBe(
      'shop-dev/Top (docker_image.image-base): `image` base:1: the pull began, and the provider does not say why it ended; ' +
        `often the disk of the engine is full. Try it: docker pull base:1\n\n  Error: ${args}`,
    );
  });
});

describe('a build that fails', () => {
  const args =
    'Error running buildx build: failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 3';
  const command =
    "docker build --file 'the source/Dockerfile' --target app --platform linux/arm64 " +
    "--build-arg PYTHON_IMAGE=python:3.12-slim --build-arg 'GREETING=hello ${world}' --secret id=a,src=token " +
    "--secret id=b,env=TOKEN --build-context shared=shared 'the source'";

  test('is told with the last lines of the step, and the command that repeats it', () => {
    const log = [
      '#1 DONE 0.2s',
      '#5 [2/2] RUN make',
      '#5 0.5 hello',
      '------',
      ' > [2/2] RUN make:',
      '0.5 hello',
      '0.6 no room: no space left on device',
      '------',
      '',
    ];
    fs.writeFileSync(path.join(folder, 'image-api.log'), log.join('\n'));
    expect(explained(block(args, 'docker_image.image-api'))).toBe(
      'shop-dev/Api (docker_image.image-api): the build of its image failed. Its last lines:\n   > [2/2] RUN make:\n' +
        `  0.5 hello\n  0.6 no room: no space left on device\nTo run it again: ${command}\n\n  Error: ${args}`,
    );
  });

  test('is told with the command alone where the builder left no output', () => {
    fs.rmSync(path.join(folder, 'image-api.log'), { force: true });
    expect(explained(block(args, 'docker_image.image-api'))).toBe(
      `shop-dev/Api (docker_image.image-api): the build of its image failed. To run it again: ${command}\n\n  Error: ${args}`,
    );
  });
});

describe('a port of the host that is taken', () => {
  const START =
    'Unable to start container: Error response from daemon: driver failed programming external connectivity on endpoint x (y): ';
  const holder = (stack?: string): ListedContainer => ({
    Names: ['/holder'],
    Ports: [{ PublicPort: 18081, Type: 'tcp' }],
    Labels: stack === undefined ? {} : { 'docker-constructs.stack': stack },
  });

  test.each([
    ['Bind for 127.0.0.1:18081 failed: port is already allocated', [holder()], 'container holder'],
    [
      'Bind for 127.0.0.1:18081 failed: port is already allocated',
      [holder('other-dev')],
      'container holder of stack other-dev',
    ],
    [
      'failed to bind host port for 127.0.0.1:18081:172.31.0.2:8080/tcp: address already in use',
      [],
      "another program on the engine's host (there: ss -lntup 'sport = :18081')",
    ],
    [
      'Error starting userland proxy: listen tcp4 127.0.0.1:18081: bind: address already in use',
      [],
      "another program on the engine's host (there: ss -lntup 'sport = :18081')",
    ],
  ])('is told with what publishes it, and who has it: %s', (args, containers, who) => {
    expect(explained(block(`${START}${args}`, 'docker_container.api'), containers)).toBe(
      `shop-dev/Api (docker_container.api): port 18081 of 127.0.0.1 is taken by ${who}. shop-dev/Api publishes it by ` +
        `\`expose.api\` of the stack: give it another one there, or stop what has it.\n\n  Error: ${START}${args}`,
    );
  });

  test.each([
    ['80', '`edge` of the stack'],
    ['8088', '`expose.alloy` of the stack, or `logDriver` of its MonitoringStack'],
    ['1', '`edge` or `expose` of the stack'],
  ])('%s is published by %s', (port, option) => {
    const args = `${START}Bind for 0.0.0.0:${port} failed: port is already allocated`;
    expect(explained(block(args, 'docker_container.api'))).toContain(` publishes it by ${option}: `);
  });
});

describe('other failures', () => {
  test.each([
    [
      'Error loading registry auth config: could not get auth config (the credentialhelper did not work or was not found): x',
      undefined,
      '`registries` of the Engine lists a registry by its address alone, so its login is that of the docker command: run docker ' +
        'login for it, or state `username` and `passwordVariable` there.',
    ],
    [
      'Unable to create network: Error response from daemon: all predefined address pools have been fully subnetted',
      'docker_network.app',
      'shop-dev/Network-app (docker_network.app): the engine has no addresses for another network. Remove networks that no ' +
        'container uses: docker network prune. For more of them, give the engine `default-address-pools` with smaller networks ' +
        'in its daemon.json.',
    ],
    [
      'Unable to start container: Error response from daemon: failed to bind: cannot assign requested address',
      'docker_container.api',
      "shop-dev/Api (docker_container.api): the engine's host has no such address. State another `address` in `edge` of the " +
        "stack, or leave it out; '*' is all addresses.",
    ],
    [
      'Unable to create container: Error response from daemon: mkdir /x: no space left on device',
      'docker_container.bare',
      "docker_container.bare: the disk of the engine's host is full. Look: docker system df. Make room: docker image prune " +
        '--all, docker builder prune.',
    ],
    [
      "Error pinging Docker server, please make sure that tcp://127.0.0.1:1 is reachable and has a  '_ping' endpoint. Error: x",
      undefined,
      'the Docker Engine at tcp://127.0.0.1:1 does not answer. Look: docker --host tcp://127.0.0.1:1 version. Then run the ' +
        'same command again.',
    ],
    [
      'Unable to inspect: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?',
      'docker_container.api',
      'shop-dev/Api (docker_container.api): the Docker Engine at unix:///x.sock does not answer. Look: docker --host ' +
        'unix:///x.sock version. Then run the same command again.',
    ],
  ])('%s', (args, address, expected) => {
    expect(explained(block(args, address))).toBe(`${expected}\n\n  Error: ${args}`);
  });

  test('that have no explanation are told with their construct, and without lines of the document', () => {
    expect(explained(block('Unable to update', 'docker_container.api'))).toBe(
      'Error: Unable to update\n\n  with shop-dev/Api (docker_container.api)',
    );
    expect(explained(block('Unable to update', 'docker_container.absent'))).toBe(
      'Error: Unable to update\n\n  with docker_container.absent',
    );
    expect(explained(block('No configuration files'))).toBe('Error: No configuration files');
    expect(explained('')).toBe('');
  });
});

describe('a gate', () => {
  const gate = (address: string, ...lines: readonly string[]): string =>
    lines.map((line) => `${address} (local-exec): ${line}\n`).join('');
  const SHARED = 'terraform_data.services-healthy';
  const WORKER = 'shop-dev/Jobs/Worker';

  test.each([
    [
      'shop-dev-worker-7be7488c is unhealthy.',
      `Its \`healthCheck\` was never good. ${WORKER} answers otherwise than the check asks, or needs a longer \`startPeriod\`.`,
    ],
    [
      'shop-dev-worker-7be7488c ends again and again.\nExit code: 127 (the program was not found).',
      `\`command\` of ${WORKER} names a program that its image does not have, or cannot run.`,
    ],
    [
      'shop-dev-worker-7be7488c ended instead of becoming healthy.\nIt needed more memory than it may have (256 MiB).',
      `${WORKER} needs more memory: \`memory\` is the limit of all in the container, also of /tmp.`,
    ],
    [
      'The job shop-dev-worker-7be7488c had not ended after 60 s.',
      `${WORKER} may take as long as its \`timeout\` says.`,
    ],
  ])('of several services tells of the one that failed: %s', (args, expected) => {
    const said = args.split('\n').map((line) => `\n  ${line}`);
    expect(explained(gate(SHARED, ...args.split('\n')))).toBe(
      `${WORKER} (docker_container.worker) failed:${said.join('')}\n  ${expected}`,
    );
  });

  test('of a container that the document does not have keeps its address', () => {
    expect(explained(gate(SHARED, 'other-7be7488c ended.'))).toBe(`${SHARED} failed:\n  other-7be7488c ended.`);
  });
});
