import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { createHash } from 'node:crypto';
import { engineAddress, engineVariables, isLocal, type Surroundings } from '../../lib/cli/engine/engine-address';
import { askEngine } from '../../lib/cli/engine/engine-request';
import { hostPorts, isFreeHere, takenPorts } from '../../lib/cli/engine/host-ports';
import { thisMachine } from '../../lib/cli/project/machine';
import { unmet } from '../../lib/cli/project/requirement';
import { checkRequirements, type Machine } from '../../lib/cli/project/requirements';
import type { SynthesizedStack } from '../../lib/cli/project/synthesized-stack';
import { CommandProject, DOCUMENT } from '../support/command-project';

const ADDRESS = { host: 'unix:///var/run/docker.sock', origin: 'the default' };
const OURS = { Labels: { 'docker-constructs.stack': 'shop-dev' } };

const projects: CommandProject[] = [];
const servers: (http.Server | net.Server)[] = [];

afterAll(() => {
  for (const server of servers) server.close();
  for (const project of projects) project.remove();
});

function newProject(): CommandProject {
  const project = new CommandProject();
  projects.push(project);
  return project;
}

function newStack(document: SynthesizedStack['document'] = DOCUMENT): SynthesizedStack {
  const project = newProject();
  const directory = path.join(project.directory, 'cdktf.out/stacks/shop-dev');
  const manifest = project.manifest('shop-dev');
  return { name: 'shop-dev', directory, document, dependencies: [], annotations: [], manifest };
}

function machine(more: Partial<Machine> = {}): Machine {
  return {
    nodeVersion: '22.1.0',
    askEngineVersion: async () => '26.1.5',
    askOldestApi: async () => '1.24',
    listContainers: async () => [],
    findTerraform: () => ({ command: 'terraform', product: 'Terraform', version: '1.11.4' }),
    providerProblem: () => undefined,
    takenPorts: (wanted, containers) => takenPorts('shop-dev', wanted, containers, async () => true),
    ...more,
  };
}

describe('what a deploy needs', () => {
  const check = (more: Partial<Machine>, stack = newStack(), address = ADDRESS) =>
    checkRequirements(stack, address, machine(more));

  test('is all found on a machine that has it', async () => {
    expect(await check({})).toEqual([
      { name: 'Node', state: 'found', detail: '22.1.0' },
      { name: 'Docker Engine', state: 'found', detail: '26.1.5 at unix:///var/run/docker.sock (the default)' },
      { name: 'Terraform or OpenTofu', state: 'found', detail: 'terraform 1.11.4' },
      { name: 'Terraform provider', state: 'found', detail: 'kreuzwerker/docker 3.6.2' },
      { name: 'Host ports', state: 'found', detail: '1' },
    ]);
  });

  test('includes a provider that is not too old for the engine', async () => {
    const oldest = (version: string) => ({ askOldestApi: async () => version });
    expect((await check(oldest('1.49'))).map(({ name }) => name)).not.toContain('Docker API');
    expect(await check(oldest('1.50'))).toContainEqual({
      name: 'Docker API',
      state: 'missing',
      detail: 'the engine answers to API 1.50 and newer, and the Terraform provider 3.6.2 speaks up to 1.49',
      remedy: "Engine({ providerVersion: '4.5.0' }), or a lower `min-api-version` of the engine",
    });
    expect(await check(oldest('1.60'))).toContainEqual(
      expect.objectContaining({
        remedy: 'a newer provider: Engine({ providerVersion }), or lower `min-api-version` of the engine',
      }),
    );
    const other = newStack({ ...DOCUMENT, terraform: { required_providers: { docker: { version: '9.0.0' } } } });
    expect((await check(oldest('1.60'), other)).map(({ name }) => name)).not.toContain('Docker API');
  });

  const refused = (code: string) => async () => {
    throw Object.assign(new Error(`connect ${code}`), { code });
  };
  const portOne = { Names: ['/other'], Ports: [{ PublicPort: 1, Type: 'tcp' }] };

  test.each<[string, Partial<Machine>, string, string, RegExp]>([
    ['an old Node', { nodeVersion: '20.8.1' }, 'Node', '20.8.1 is too old', /^Node 20.9.0 or newer/],
    [
      'no engine',
      { askEngineVersion: refused('ENOENT') },
      'Docker Engine',
      'none answers at unix:///var/run/docker.sock (the default): connect ENOENT',
      /docs\.docker\.com.*DOCKER_HOST/,
    ],
    [
      'an engine that may not be used',
      { askEngineVersion: refused('EACCES') },
      'Docker Engine',
      'none answers at unix:///var/run/docker.sock (the default): connect EACCES',
      /usermod -aG docker/,
    ],
    [
      'an old Terraform',
      { findTerraform: () => ({ command: 'terraform', product: 'Terraform', version: '1.6.6' }) },
      'Terraform or OpenTofu',
      'terraform 1.6.6 is too old',
      /^Terraform >= 1\.7\.0 or OpenTofu >= 1\.10\.0: .*opentofu\.org/,
    ],
    [
      'an old OpenTofu',
      { findTerraform: () => ({ command: 'tofu', product: 'OpenTofu', version: '1.9.4' }) },
      'Terraform or OpenTofu',
      'tofu 1.9.4 is too old',
      /OpenTofu >= 1\.10\.0/,
    ],
    [
      'no provider',
      { providerProblem: () => 'could not connect' },
      'Terraform provider',
      'kreuzwerker/docker 3.6.2 cannot be had: could not connect',
      /^a connection to registry\.terraform\.io, or terraform-provider-docker_3\.6\.2_<os>_<arch>\.zip .* in ~\/\.terraform\.d\/plugins\/registry\.terraform\.io\/kreuzwerker\/docker$/,
    ],
    [
      'a port that a container has',
      { listContainers: async () => [portOne] },
      'Host ports',
      '1, wanted by proxy, is taken by container other',
      /`edge` and `expose`/,
    ],
    [
      'a port that another program has',
      { takenPorts: (wanted) => takenPorts('shop-dev', wanted, [], async () => false) },
      'Host ports',
      '1, wanted by proxy, is taken by another program',
      /^stop what has the port/,
    ],
    [
      'a stack that another checkout deployed',
      { listContainers: async () => [{ ...OURS, ...portOne }] },
      'Terraform state',
      expect.stringMatching(/^shop-dev runs on this engine, and its state is not in .*\/state\/shop-dev\.tfstate$/),
      /bring its state file here/,
    ],
  ])('%s is reported with the way out', async (_, more, name, detail, remedy) => {
    const missing = unmet(await check(more)).filter(({ state }) => state === 'missing');
    expect(missing).toEqual([{ name, state: 'missing', detail, remedy: expect.stringMatching(remedy) }]);
  });

  test('cannot be known of the provider without Terraform, nor of the ports of an engine far away', async () => {
    const address = { host: 'ssh://host', origin: 'DOCKER_HOST' };
    const requirements = await check(
      { findTerraform: () => undefined, askEngineVersion: refused('ENOENT') },
      newStack(),
      address,
    );
    expect(requirements.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Node: found',
      'Docker Engine: missing',
      'Terraform or OpenTofu: missing',
      'Terraform provider: unknown',
      'Host ports: unknown',
    ]);
  });

  test('the ports of a stack that runs already are its own when its state is here', async () => {
    const stack = newStack();
    const state = path.resolve(stack.directory, '../../../state/shop-dev.tfstate');
    const containers = async () => [{ ...OURS, ...portOne }];
    fs.mkdirSync(path.dirname(state), { recursive: true });
    fs.writeFileSync(state, '{ "resources": [] }');
    expect(unmet(await check({ listContainers: containers }, stack)).map(({ name }) => name)).toEqual([
      'Terraform state',
    ]);
    fs.writeFileSync(state, '{ "resources": [\n    {"type":"docker_container"}] }');
    expect(unmet(await check({ listContainers: containers }, stack))).toEqual([]);
  });

  test('has no ports when nothing is published', async () => {
    const stack = { ...newStack(), manifest: undefined };
    expect((await check({}, stack)).map(({ name }) => name)).not.toContain('Host ports');
  });
});

describe('the ports of a stack', () => {
  test('are those that its services publish over TCP', () => {
    expect(hostPorts(newStack().manifest?.services ?? [])).toEqual([
      { address: '127.0.0.1', port: 1, service: 'proxy' },
    ]);
    const [v6] = hostPorts([{ ports: ['::1:8080->80/tcp'], hostname: 'p' } as never]);
    expect(v6).toEqual({ address: '::1', port: 8080, service: 'p' });
  });

  test('are free when nobody listens there', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const wanted = { address: '127.0.0.1', port, service: 'proxy' };
    expect(await isFreeHere(wanted)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isFreeHere(wanted)).toBe(true);
  });
});

describe('the engine that is meant', () => {
  const surroundings = (more: Partial<Surroundings> = {}): Surroundings => ({
    environment: {},
    home: newProject().directory,
    platform: 'linux',
    ...more,
  });

  function withContext(name: string, host: string, current: boolean, certificates: boolean): string {
    const project = newProject();
    const id = createHash('sha256').update(name).digest('hex');
    project.write(`.docker/contexts/meta/${id}/meta.json`, JSON.stringify({ Endpoints: { docker: { Host: host } } }));
    if (certificates) project.write(`.docker/contexts/tls/${id}/docker/ca.pem`, '');
    project.write('.docker/config.json', JSON.stringify(current ? { currentContext: name } : {}));
    return project.directory;
  }

  test('is the one that the stack names, whatever the shell says', () => {
    const stack = newStack({ provider: { docker: [{ host: 'ssh://deploy@host', cert_path: '' }] } });
    const address = engineAddress(stack, surroundings({ environment: { DOCKER_HOST: 'unix:///other.sock' } }));
    expect(address).toEqual({ host: 'ssh://deploy@host', origin: 'the stack', certificates: undefined });
    expect(engineVariables(address)).toEqual({});
  });

  test('is the one of DOCKER_HOST, with its certificates when they are to be used', () => {
    const environment = { DOCKER_HOST: 'tcp://host:2376', DOCKER_CERT_PATH: '/certificates', DOCKER_CONTEXT: 'other' };
    expect(engineAddress(newStack(), surroundings({ environment }))).toEqual({
      host: 'tcp://host:2376',
      origin: 'DOCKER_HOST',
      certificates: undefined,
    });
    const verified = engineAddress(
      undefined,
      surroundings({ environment: { ...environment, DOCKER_TLS_VERIFY: '1' } }),
    );
    expect(verified.certificates).toBe('/certificates');
  });

  test('is the one of the context in use, which is handed on as DOCKER_HOST', () => {
    const home = withContext('colima', 'unix:///colima.sock', true, false);
    const address = engineAddress(newStack(), surroundings({ home }));
    expect(address).toEqual({
      host: 'unix:///colima.sock',
      origin: 'docker context "colima"',
      certificates: undefined,
    });
    expect(engineVariables(address)).toEqual({ DOCKER_HOST: 'unix:///colima.sock', DOCKER_CONTEXT: undefined });
  });

  test('is the one of DOCKER_CONTEXT, with its certificates', () => {
    const home = withContext('far', 'tcp://far:2376', false, true);
    const address = engineAddress(newStack(), surroundings({ home, environment: { DOCKER_CONTEXT: 'far' } }));
    expect(engineVariables(address)).toEqual({
      DOCKER_HOST: 'tcp://far:2376',
      DOCKER_CONTEXT: undefined,
      DOCKER_CERT_PATH: expect.stringMatching(/\.docker\/contexts\/tls\/[0-9a-f]{64}\/docker$/),
      DOCKER_TLS_VERIFY: '1',
    });
  });

  test('is the local one otherwise', () => {
    expect(isLocal(engineAddress(newStack(), surroundings()))).toBe(true);
    expect(engineAddress(newStack(), surroundings({ platform: 'win32' })).host).toBe('npipe:////./pipe/docker_engine');
  });
});

describe('asking an engine', () => {
  async function engine(status: number, body: string): Promise<string> {
    const socket = path.join(newProject().directory, 'engine.sock');
    const server = http.createServer((request, response) => {
      response.writeHead(request.url === '/version' ? status : 404).end(body);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return `unix://${socket}`;
  }

  const ask = (host: string, environment: NodeJS.ProcessEnv = {}) =>
    askEngine({ host, origin: 'a test' }, '/version', { timeout: 2_000, environment });

  test('gives its answer', async () => {
    expect(await ask(await engine(200, '{"Version":"1"}'))).toBe('{"Version":"1"}');
  });

  test.each([
    [500, 'broken', 'it answers with status 500: broken'],
    [403, '', 'it answers with status 403: '],
  ])('with status %j fails', async (status, body, message) => {
    await expect(ask(await engine(status, body))).rejects.toThrow(message);
  });

  test.each([
    ['unix:///nowhere/docker.sock', /ENOENT/],
    ['not an address', /^"not an address" is not an address of a Docker Engine$/],
    ['tcp://127.0.0.1:1', /ECONNREFUSED|EPERM/],
  ])('at %s fails with a reason', async (host, message) => {
    await expect(ask(host)).rejects.toThrow(message);
  });

  test('goes through ssh where the address says so', async () => {
    const project = newProject();
    const answer = String.raw`printf 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\n{"Version":"2"}'`;
    const PATH = project.program('ssh', `echo "$@" > '${project.directory}/ssh-saw'; read -r line; ${answer}`);
    expect(await ask('ssh://me@far:2222', { PATH })).toBe('{"Version":"2"}');
    expect(fs.readFileSync(path.join(project.directory, 'ssh-saw'), 'utf8')).toBe(
      '-o ConnectTimeout=15 -o BatchMode=yes -T -l me -p 2222 -- far docker system dial-stdio\n',
    );
    project.program('ssh', 'echo "me@far: Permission denied (publickey)." >&2; exit 255');
    await expect(ask('ssh://me@far', { PATH })).rejects.toThrow('me@far: Permission denied (publickey).');
  });

  test('is how this machine learns of version and containers', async () => {
    const host = await engine(200, '{"Version":"27.0","MinAPIVersion":"1.44"}');
    const here = thisMachine(newStack(), { host, origin: 'a test' }, {});
    expect(await here.askEngineVersion()).toBe('27.0');
    expect(await here.askOldestApi()).toBe('1.44');
    expect(await here.listContainers()).toEqual([]);
  });
});
