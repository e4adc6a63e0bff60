import * as fs from 'node:fs';
import * as path from 'node:path';
import { spawn } from 'node:child_process';
import { readStateFile } from '../../../lib/cli/repair/state';
import { applyStacks } from '../../../lib/cli/terraform/terraform-command';
import { CommandProject, DOCUMENT } from '../../support/command-project';
import { FakeEngine } from '../../support/fake-engine';
import type { FakeContainer, FakeContainerSpec } from '../../support/fake-engine';

const STATE = 'state/shop-dev.tfstate';
/** Reads the pipe that it is given, as Terraform's console does while it holds the lock. */
const CONSOLE = `read -r line; line=\${line#*'"'}; cat "\${line%'"'*}"`;

let project: CommandProject;
let engine: FakeEngine;

beforeEach(async () => {
  engine = await FakeEngine.start();
  project = new CommandProject();
  project.environment = { ...project.environment, DOCKER_HOST: engine.url };
  project.write('.secrets/shop-dev/db-password', 'x', 0o600);
  project.terraform({ console: CONSOLE });
});
afterEach(async () => {
  project.remove();
  await engine.close();
});

const deploy = (...args: string[]): Promise<number> =>
  applyStacks('deploy', ['shop-dev', '--yes', ...args], project.session());

function add(name: string, revision: string, more: Partial<FakeContainerSpec> = {}, workload = 'api'): FakeContainer {
  const labels = {
    'docker-constructs.stack': 'shop-dev',
    'docker-constructs.role': 'service',
    'docker-constructs.workload': `shop-dev/${workload}`,
    'docker-constructs.revision': revision,
  };
  return engine.add({ name, labels, ...more });
}

function stateText(resources: Readonly<Record<string, readonly string[]>>): string {
  const all = Object.entries(resources).map(([address, ids]) => {
    const [type, name] = address.split('.');
    return { mode: 'managed', type, name, instances: ids.map((id) => ({ attributes: { id, name: id } })) };
  });
  return JSON.stringify({ version: 4, serial: 7, lineage: 'x', resources: all });
}

test('containers that the state does not know are named and removed, with everything that answers left alone', async () => {
  const api = add('api-1', 'aaaa');
  add('api-orphan', 'bbbb', { restart: 'always' });
  project.write(STATE, stateText({ 'docker_container.api': [api.Id], 'terraform_data.api-revision': ['aaaa-1'] }));
  expect(await deploy()).toBe(0);
  expect(project.printed).toContain(
    'Removed container api-orphan of api, which a deploy that was cut off left behind.',
  );
  expect(engine.summary()).toEqual(['api-1 (running)']);
});

test('nothing is removed while another command holds the lock', async () => {
  const api = add('api-1', 'aaaa');
  add('api-orphan', 'bbbb');
  project.write(STATE, stateText({ 'docker_container.api': [api.Id] }));
  project.terraform({ console: 'exit 1' });
  expect(await deploy()).toBe(0);
  expect(project.printed).toContain(
    'What a deploy that was cut off left stays for now: another command has the lock of the state.',
  );
  expect(engine.summary()).toEqual(['api-1 (running)', 'api-orphan (running)']);
});

test('a first deploy that is just running is not taken for a lost state', async () => {
  add('api-1', 'aaaa');
  project.terraform({ console: 'exit 1' });
  expect(await deploy()).toBe(1);
  expect(project.warnings).toBe(
    '\ndeploy of shop-dev failed.\n\nanother command has the lock of the state of shop-dev; run this one when it is done',
  );
  expect(engine.summary()).toEqual(['api-1 (running)']);
});

test('a service that was stopped for a successor which never came runs again, and is handed over again', async () => {
  const before = add('proxy-1', 'aaaa', { status: 'exited', restart: 'no' }, 'proxy');
  add('proxy-orphan', 'bbbb', {}, 'proxy');
  const files = engine.add({
    name: 'proxy-files',
    status: 'created',
    labels: {
      'docker-constructs.stack': 'shop-dev',
      'docker-constructs.role': 'files',
      'docker-constructs.revision': 'bbbb',
    },
  });
  project.write(
    STATE,
    stateText({
      'docker_container.proxy': [before.Id],
      'docker_container.proxy-files': [files.Id],
      'terraform_data.proxy-revision': ['bbbb-1', 'aaaa-1'],
    }),
  );
  expect(await deploy()).toBe(0);
  expect(project.printed.slice(1, 3)).toEqual([
    'Removed container proxy-orphan of proxy, which a deploy that was cut off left behind.',
    'Started proxy-1 again, which was stopped for a successor that never came.',
  ]);
  expect(engine.summary()).toEqual(['proxy-1 (running)']);
  expect(before.HostConfig.RestartPolicy.Name).toBe('always');
});

test('what a killed Terraform wrote down as good before its gate let it pass is made again', async () => {
  project.stacks({
    'shop-dev': {
      document: {
        ...DOCUMENT,
        resource: { docker_container: { api: { provisioner: [{}] }, db: { provisioner: [{}] } } },
      },
      manifest: project.manifest('shop-dev'),
    },
  });
  const [api, db, old] = [
    add('api-1', 'aaaa', { created: 2000 }),
    add('db-1', 'b', { created: 2000 }, 'db'),
    add('api-0', 'c', { created: 10 }),
  ];
  project.write(STATE, stateText({ 'docker_container.api': [api.Id, old.Id], 'docker_container.db': [db.Id] }));
  project.write('state/.shop-dev.tfstate.lock.info', JSON.stringify({ Created: new Date(1990_000).toISOString() }));
  project.write('cdktf.out/stacks/shop-dev/docker-constructs-passed', `${db.Id}\n`);
  expect(await deploy()).toBe(0);
  expect(engine.summary()).toEqual(['db-1 (running)', 'api-0 (running)']);
});

test.each([
  ['that is not there', undefined, 'shop-dev runs on this engine (api-1), and its state is not in FILE'],
  ['that knows nothing', stateText({}), 'shop-dev runs on this engine (api-1), and its state is not in FILE'],
  [
    'that is older',
    stateText({ 'docker_container.api': ['gone'], 'terraform_data.api-revision': ['zzzz'] }),
    'the state of shop-dev in FILE is older than what runs: it does not know api-1',
  ],
])('a state %s is refused with the ways back, and --take-over deploys anew', async (_, text, problem) => {
  add('api-1', 'aaaa');
  if (text !== undefined) project.write(STATE, text);
  expect(await deploy()).toBe(1);
  expect(project.warnings.replaceAll(path.join(project.directory, STATE), 'FILE')).toBe(
    `\ndeploy of shop-dev failed.\n\n${problem}; nothing was changed. Use the checkout that it was deployed from, or bring ` +
      'its newest state here. There is no copy of it here. Without one: npm run deploy -- shop-dev --take-over removes ' +
      'containers, networks and files of revisions that the state does not know, and keeps all data.',
  );
  expect(engine.summary()).toEqual(['api-1 (running)']);
  expect(project.terraformSaw).toEqual(['init -input=false', 'console']);
  expect(await deploy('--take-over', '--auto-approve')).toBe(0);
  expect(engine.summary()).toEqual([]);
});

describe('--take-over', () => {
  const takeOver = (answer: string, isTerminal = true): Promise<number> => {
    const session = { isTerminal, ask: async (question: string) => (asked.push(question), answer) };
    return applyStacks('deploy', ['shop-dev', '--take-over'], project.session(session));
  };
  let asked: string[];

  beforeEach(() => {
    asked = [];
    add('api-1', 'aaaa');
    add('db-1', 'bbbb', {}, 'db');
  });

  test('lists what it removes, and asks', async () => {
    expect(await takeOver('y')).toBe(0);
    expect(project.printed.slice(1, 4)).toEqual([
      'The state of shop-dev does not know these, and --take-over removes them. Data stays.',
      '  container api-1 of api',
      '  container db-1 of db',
    ]);
    expect(asked[0]).toBe('Remove them from shop-dev? [y/N] ');
    expect(engine.summary()).toEqual([]);
  });

  test.each([
    ['where the answer is not yes', true, 'nothing was changed'],
    ['where there is no terminal to ask in', false, 'There is no terminal to ask in; add --yes'],
  ])('changes nothing %s', async (_, isTerminal, problem) => {
    await expect(takeOver('', isTerminal)).rejects.toThrow(problem);
    expect(engine.summary()).toEqual(['api-1 (running)', 'db-1 (running)']);
  });
});

test('a state file that another command is just writing is read again', async () => {
  const api = add('api-1', 'aaaa');
  const whole = stateText({ 'docker_container.api': [api.Id] });
  project.write(STATE, whole.slice(0, 50));
  const file = path.join(project.directory, STATE);
  // Nothing else of this process runs while it reads again.
  spawn('/bin/sh', ['-c', 'sleep 0.2; printf %s "$1" >"$2"', 'sh', whole, file], { stdio: 'ignore' });
  expect(readStateFile(file)).toMatchObject({ serial: 7 });
  expect(await deploy()).toBe(0);
});

describe('a state file that is not whole', () => {
  const file = (name: string): string => path.join(project.directory, name);

  test('is refused with its newest copy, before Terraform runs', async () => {
    const api = add('api-1', 'aaaa');
    const whole = stateText({ 'docker_container.api': [api.Id] });
    project.write(STATE, whole);
    expect(await deploy()).toBe(0);
    project.write(STATE, whole.slice(0, 50));
    expect(await deploy()).toBe(1);
    expect(project.warnings).toContain(
      `the state file ${file(STATE)} is not whole; nothing was changed. The newest copy: cp ${file(STATE)}.00000007 ${file(STATE)}`,
    );
    expect(fs.statSync(`${file(STATE)}.00000007`).mode & 0o777).toBe(0o600);
  });

  test('is replaced by the one that Terraform could not write', async () => {
    const api = add('api-1', 'aaaa');
    const whole = stateText({ 'docker_container.api': [api.Id] });
    project.write(STATE, '{"version": 4, "ser');
    project.write('cdktf.out/stacks/shop-dev/errored.tfstate', whole);
    expect(await deploy()).toBe(0);
    expect(fs.readFileSync(file(STATE), 'utf8')).toBe(whole);
    expect(fs.existsSync(file('cdktf.out/stacks/shop-dev/errored.tfstate'))).toBe(false);
  });

  test('because an apply was killed while it wrote is replaced by its last whole version', async () => {
    const api = add('api-1', 'aaaa');
    const known = { 'docker_container.api': [api.Id] };
    project.write(STATE, stateText({ ...known, 'docker_container.old': ['old'] }));
    // The state is whole for a moment, and empty when the kill comes.
    const whole = `printf %s '${stateText(known)}' >"${file(STATE)}"; sleep 0.5; : >"${file(STATE)}"; kill -9 $$`;
    project.terraform({ console: CONSOLE, apply: whole });
    expect(await deploy()).not.toBe(0);
    expect(fs.readFileSync(file(STATE), 'utf8')).toBe('');
    project.terraform({ console: CONSOLE });
    expect(await deploy()).toBe(0);
    expect(project.printed).toContain(
      `A deploy was cut off while it wrote its state. The last whole version is in its place; the broken file is ${file(STATE)}.broken.`,
    );
    expect(fs.readFileSync(file(STATE), 'utf8')).toBe(stateText(known));
    expect(fs.existsSync(`${file(STATE)}.latest`)).toBe(false);
  });

  test('leaves the five newest copies', async () => {
    const api = add('api-1', 'aaaa');
    for (let serial = 1; serial < 8; serial += 1) {
      const text = stateText({ 'docker_container.api': [api.Id] });
      project.write(STATE, text.replace('"serial":7', `"serial":${serial}`));
      expect(await deploy()).toBe(0);
    }
    const names = fs.readdirSync(file('state')).sort();
    expect(names).toEqual([
      'shop-dev.tfstate',
      ...[3, 4, 5, 6, 7].map((serial) => `shop-dev.tfstate.0000000${serial}`),
    ]);
  });
});

test('a volume in use is translated into the container that uses it', async () => {
  const api = add('api-1', 'aaaa');
  engine.add({ name: 'debugging', volumes: ['shop-dev-files'] });
  project.write(STATE, stateText({ 'docker_container.api': [api.Id], 'docker_volume.files': ['shop-dev-files'] }));
  project.terraform({
    console: CONSOLE,
    apply: "printf '╷\\n│ Error: timeout while waiting for state (last state: in_use)\\n╵\\n'; exit 1",
  });
  expect(await deploy()).toBe(1);
  expect(project.warnings).toContain(
    'Volume shop-dev-files is used by container debugging, which is in no state: docker rm --force debugging',
  );
});
