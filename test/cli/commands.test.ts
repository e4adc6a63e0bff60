import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { runDemo } from '../../lib/cli/demo/demo';
import { readProject } from '../../lib/cli/project/project';
import { manifestOf, readStacks, selectStacks } from '../../lib/cli/project/synthesized-stack';
import { synthesize } from '../../lib/cli/project/synthesis';
import { synthStacks } from '../../lib/cli/terraform/terraform-command';
import { waitUntilReady } from '../../lib/cli/engine/wait-ready';
import { MNEMOLITE_DEMO } from '../../stacks/mnemolite/demo';
import { CommandProject, DOCUMENT } from '../support/command-project';

const DEMO = { stack: 'shop-dev', readyPath: '/ready', tryIt: (url: string) => [`curl ${url}/orders`] };

let project: CommandProject;
const servers: http.Server[] = [];

beforeEach(() => (project = new CommandProject()));
afterEach(() => project.remove());
afterAll(() => servers.forEach((server) => server.close()));

const terraformRan = () => project.terraformSaw.some((line) => line.startsWith('plan'));

async function listen(server: http.Server, at: number | string): Promise<void> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(at, resolve));
}

describe('a project', () => {
  test.each([
    ['{', 'is not valid JSON; correct it'],
    ['{}', 'names no "app" to run'],
    ['{"app":"node app.js","output":1}', 'has 1 as "output", not a folder'],
  ])('with %s as cdktf.json is refused', (text, problem) => {
    const file = project.write('cdktf.json', text);
    expect(() => readProject(project.directory)).toThrow(`${JSON.stringify(file)} ${problem}`);
  });

  test('is a folder with a cdktf.json', () => {
    expect(() => readProject('/nowhere')).toThrow(
      '"/nowhere/cdktf.json" is missing; run the command in the folder of a cdktf project',
    );
    expect(readProject(project.directory)).toEqual({
      directory: project.directory,
      app: 'node app.js',
      output: path.join(project.directory, 'cdktf.out'),
      context: '{"stage":"x"}',
    });
  });

  test('tells the program which modules are its own, as cdktf does', () => {
    const terraformModules = ['./net', { name: 'dns', source: '../dns' }, 'terraform-aws-modules/vpc/aws'];
    project.write('cdktf.json', JSON.stringify({ app: 'node app.js', terraformModules }));
    expect(readProject(project.directory).context).toBe(
      '{"cdktfRelativeModules":["./net",{"name":"dns","source":"../dns"}]}',
    );
  });

  test('is synthesized as cdktf does it: with its context, without the variables of Terraform', () => {
    const stacks = synthesize(readProject(project.directory), { ...process.env, TF_VAR_secret: 'x', OTHER: 'y' });
    expect(stacks.map(({ name }) => name)).toEqual(['shop-dev']);
    const saw = project.read<Record<string, string>>('app-saw.json');
    expect([saw.TF_VAR_secret, saw.OTHER, saw.CDKTF_CONTEXT_JSON]).toEqual([undefined, 'y', '{"stage":"x"}']);
  });

  test('whose program fails, or writes nothing, says so in its words', () => {
    project.write('broken', '[shop-dev/Api] port 0 is no port');
    const run = () => synthesize(readProject(project.directory), process.env);
    expect(run).toThrow(/^node app\.js: \[shop-dev\/Api\] port 0 is no port$/);
    project.write('cdktf.json', '{"app":"true"}');
    expect(run).toThrow(/wrote no ".*cdktf\.out\/manifest\.json"; it has to call app\.synth\(\)$/);
  });
});

describe('the stacks of a project', () => {
  const read = () => {
    synthesize(readProject(project.directory), process.env);
    return readStacks(path.join(project.directory, 'cdktf.out'));
  };

  test('are chosen by name or pattern, in the order of the names', () => {
    project.stacks({ 'shop-prod': { document: {} }, 'shop-dev': { document: {} }, 'a.b': { document: {} } });
    const stacks = read();
    const names = (...patterns: string[]) => selectStacks(stacks, patterns).map(({ name }) => name);
    expect(names('*')).toEqual(['a.b', 'shop-dev', 'shop-prod']);
    expect(names('shop-prod', 'shop-*')).toEqual(['shop-prod', 'shop-dev']);
    expect(() => names('a?b')).toThrow('there is no stack "a?b"; the stacks are: a.b, shop-dev, shop-prod');
    expect(() => names('shop')).toThrow('there is no stack "shop"');
  });

  test('say what they hold when they are ours', () => {
    project.stacks({ plain: { document: {} } });
    expect(() => manifestOf(read(), 'plain')).toThrow(
      'stack "plain" has no docker-constructs.json; make it an EnvironmentStack',
    );
    expect(() => manifestOf(read(), 'shop-dev')).toThrow('there is no stack "shop-dev"; the stacks are: plain');
    expect(() => manifestOf([], 'x')).toThrow('the stacks are: none');
  });
});

describe('synth', () => {
  test('writes the documents, prints what constructs have to say, and removes those of stacks that are gone', () => {
    const annotation = { constructPath: 'shop-dev/Api', level: '@cdktf/warn', message: 'runs alone' };
    project.stacks({ 'shop-dev': { document: {}, annotations: [annotation] } });
    project.write('cdktf.out/stacks/gone/cdk.tf.json', '{}');
    expect(synthStacks([], project.session())).toBe(0);
    expect(project.printed).toEqual([
      'WARNING [shop-dev/Api]: runs alone',
      'Generated Terraform code for the stacks: shop-dev',
    ]);
    expect(fs.readdirSync(path.join(project.directory, 'cdktf.out/stacks'))).toEqual(['shop-dev']);
  });

  test('quotes a program that fails, and refuses what only cdktf does', () => {
    project.write('broken', 'no such port');
    expect(() => synthStacks([], project.session())).toThrow('node app.js: no such port');
    expect(() => synthStacks(['--hcl'], project.session())).toThrow(
      'synth has no option --hcl; see: npm run synth -- --help; run cdktf-cli for it: npx cdktf synth',
    );
  });
});

/** An engine, a Terraform, and a system that is ready. */
async function surroundings(): Promise<{ readonly environment: Record<string, string>; readonly url: string }> {
  const DOCKER_HOST = await project.startEngine();
  const system = http.createServer((request, response) =>
    response.writeHead(request.url === '/ready' ? 200 : 503).end('no'),
  );
  await listen(system, 0);
  const environment = { ...project.environment, DOCKER_HOST } as Record<string, string>;
  return { environment, url: `http://127.0.0.1:${(system.address() as AddressInfo).port}` };
}

describe('demo', () => {
  test('without an engine and Terraform prints what would be deployed and how to get the rest, and succeeds', async () => {
    fs.rmSync(path.join(project.directory, 'programs/terraform'));
    const session = project.session({ environment: { ...project.environment, DOCKER_HOST: 'unix:///nowhere.sock' } });
    expect(await runDemo(DEMO, session)).toBe(0);
    expect([terraformRan(), fs.existsSync(path.join(project.directory, '.secrets'))]).toEqual([false, false]);
    expect(project.text.replace(/(?<=Node {19}found {4}).*/, 'VERSION')).toBe(
      `Synthesizing shop-dev, and looking for what a deploy needs …

DRY RUN: shop-dev was synthesized, not deployed, for want of: Docker Engine, Terraform or OpenTofu, Terraform provider

shop-dev would be at http://localhost:8080

SERVICE  KIND          IMAGE         NETWORKS   HOST PORTS                             LIMITS       REPLACED BY
api      2 of service  ./api         app, data  -                                      256m, 1 CPU  cutover
proxy    service       caddy:2.11.4  edge, app  127.0.0.1:1->80, 127.0.0.1:1->443/udp  256m, 1 CPU  stop-first

Terraform resources: 2 docker_container, 1 docker_network

Secrets, in .secrets/shop-dev: db-password

NEEDED                 STATE    WHAT WAS SEEN
Node                   found    VERSION
Docker Engine          missing  none answers at unix:///nowhere.sock (DOCKER_HOST): connect ENOENT /nowhere.sock
Terraform or OpenTofu  missing  none runs
Terraform provider     unknown  kreuzwerker/docker 3.6.2 is fetched by Terraform
Host ports             found    1

To get what is missing:
  Docker Engine: start Docker, or install it: https://docs.docker.com/engine/install; for an engine elsewhere set DOCKER_HOST
  Terraform or OpenTofu: Terraform >= 1.7.0 or OpenTofu >= 1.10.0: https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install; one that is not in PATH is named by TERRAFORM_BINARY_NAME

Then run the same command again.
`,
    );
  });

  test('deploys where all is there, waits, and says what to do with it', async () => {
    const { environment, url } = await surroundings();
    project.stacks({ 'shop-dev': { document: DOCUMENT, manifest: project.manifest('shop-dev', { urls: [url] }) } });
    const lines = ['docker_network.edge: Creating...', 'docker_network.edge: Creation complete after 2s [id=1]'];
    project.terraform({ apply: `printf '%s\\n' '${lines.join("' '")}' 'Apply complete! Resources: 1 added.'` });
    expect(await runDemo(DEMO, project.session({ environment }))).toBe(0);
    expect(fs.readFileSync(path.join(project.directory, '.secrets/shop-dev/db-password'), 'utf8')).toMatch(/^\w{32}$/);
    expect(project.text).toContain('\ndb-password  created  api ');
    expect(project.text).not.toContain('Creating...');
    expect(project.text.slice(project.text.indexOf('Deploying'))).toBe(
      `Deploying shop-dev …
  Plan: 1 to add, 0 to change, 0 to destroy.
  docker_network.edge: Creation complete after 2s
  Apply complete! Resources: 1 added.

shop-dev is up at ${url}

Try it:

  curl ${url}/orders

Look at it:

  docker ps --filter label=docker-constructs.stack=shop-dev
  docker logs "$(docker ps -q --filter label=docker-constructs.workload=shop-dev/api)"

Its secrets are in .secrets/shop-dev:

  npm run secrets -- shop-dev --list

Change the program and deploy it again:

  npm run deploy -- shop-dev

Stop it and delete its data:

  npm run destroy -- shop-dev
`,
    );
  });

  test('fails with the reason when the deploy does, and before it when only the user knows a secret', async () => {
    const { environment } = await surroundings();
    project.terraform({ apply: "echo 'docker_container.api (local-exec): never healthy'; exit 1" });
    expect(await runDemo(DEMO, project.session({ environment }))).toBe(1);
    expect(project.warnings).toBe(
      '\nThe deploy of shop-dev failed. All of its output: npm run deploy -- shop-dev\n\ndocker_container.api failed:\n  never healthy',
    );
    const secrets = [{ name: 'smtp', origin: 'supplied' as const, description: '', consumers: [] }];
    project.stacks({ 'shop-dev': { document: DOCUMENT, manifest: project.manifest('shop-dev', { secrets }) } });
    fs.rmSync(path.join(project.directory, 'terraform-saw'));
    expect(await runDemo(DEMO, project.session({ environment }))).toBe(1);
    expect(project.text).toContain('\nsmtp is known only to you.');
    expect(terraformRan()).toBe(false);
  });

  test('waits for an answer that is a success', async () => {
    const { url } = await surroundings();
    expect(await waitUntilReady(`${url}/ready`, 0)).toBeUndefined();
    expect(await waitUntilReady(`${url}/other`, 0)).toBe('status 503: no');
    expect(await waitUntilReady('http://127.0.0.1:1/', 0)).toMatch(/ECONNREFUSED|bad port/);
  });

  test('shows lines that any shell reads, with a vector as long as the schema wants it', () => {
    const [vector = '', store = '', search = ''] = MNEMOLITE_DEMO.tryIt('http://localhost:8001');
    const curl = 'curl() { printf "%s\\n" "$@"; }';
    const args = (line: string) =>
      spawnSync('sh', ['-c', [curl, vector, line].join('\n')], { encoding: 'utf8' }).stdout.split('\n');
    const [, url, , header, , body = ''] = args(store);
    expect([url, header]).toEqual(['http://localhost:8001/v1/memories', 'Content-Type: application/json']);
    const { content, embedding } = JSON.parse(body) as { readonly content: string; readonly embedding: number[] };
    expect([content, embedding.length]).toEqual(['the sea is calm tonight', 384]);
    expect(JSON.parse(args(search)[5] ?? '')).toEqual({ limit: 3, embedding });
  });
});
