// Slow: runs the commands as processes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandProject } from '../support/command-project';

const ROOT = path.join(__dirname, '../..');

let project: CommandProject;

beforeEach(() => (project = new CommandProject()));
afterEach(() => project.remove());

/** Terraform that, once it applies, writes something down after it was asked to stop. */
const SLOW_APPLY = `
trap 'echo asked >>terraform-says' INT
echo begun >>terraform-says
while ! grep -q asked terraform-says; do sleep 0.02; done
for line in 1 2 3; do echo "line $line"; sleep 0.1; done
echo 'written down' >>terraform-says; exit 1`;

describe('the programs', () => {
  async function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
    const words = [path.join(ROOT, 'node_modules/ts-node/dist/bin.js'), path.join(ROOT, script), ...args];
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, words, { cwd: project.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts = [child.stdout, child.stderr].map((stream) => text(stream));
    const [status] = (await once(child, 'close')) as [number | null];
    const [stdout = '', stderr = ''] = await Promise.all(texts);
    return { status, stdout, stderr };
  }

  test.each([
    ['deploy nope', 'there is no stack "nope"; the stacks are: shop-dev\n'],
    ['secrets nope', 'there is no stack "nope"; the stacks are: shop-dev\n'],
    ['deply', "error: unknown command 'deply'\n(Did you mean deploy?)\n"],
  ])('refuse %j in one line', async (line, message) => {
    const { status, stdout, stderr } = await run('bin/cli.ts', line.split(' '), { TF_CLI_CONFIG_FILE: '' });
    expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: message });
  });

  const says = () => path.join(project.directory, 'cdktf.out/stacks/shop-dev/terraform-says');
  const said = () => (fs.existsSync(says()) ? fs.readFileSync(says(), 'utf8') : '');

  /** Starts a deploy, and waits until Terraform applies. */
  async function begin() {
    project.write('.secrets/shop-dev/db-password', 'x', 0o600);
    project.terraform({ apply: SLOW_APPLY });
    const words = [
      path.join(ROOT, 'node_modules/ts-node/dist/bin.js'),
      path.join(ROOT, 'bin/cli.ts'),
      'deploy',
      '--yes',
    ];
    const DOCKER_HOST = await project.startEngine();
    const env = { ...process.env, ...project.environment, DOCKER_HOST };
    const child = spawn(process.execPath, words, { cwd: project.directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
    while (said() !== 'begun\n') await pause(20);
    return child;
  }

  test('of deploy waits until an interrupted Terraform has written down what it made', async () => {
    const child = await begin();
    const errors = text(child.stderr);
    child.kill('SIGINT');
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, said()]).toEqual([1, 'begun\nasked\nwritten down\n']);
    expect(await errors).toMatch(
      /^Interrupted: waiting for Terraform[^]*\ndeploy of shop-dev was interrupted; the same command goes on from there\.$/m,
    );
  });

  test('of deploy goes on without a reader of its output, and its exit code is true', async () => {
    const child = await begin();
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill('SIGHUP');
    const [status] = (await once(child, 'close')) as [number | null];
    expect([status, said()]).toEqual([1, 'begun\nasked\nwritten down\n']);
  });

  test('of deploy may be killed, and Terraform writes down what it made all the same', async () => {
    const child = await begin();
    child.kill('SIGKILL');
    await once(child, 'close');
    fs.appendFileSync(says(), 'asked\n');
    while (!said().endsWith('written down\n')) await pause(20);
  });

  test('say that their output could not be written', async () => {
    const words = [path.join(ROOT, 'node_modules/ts-node/dist/bin.js'), path.join(ROOT, 'bin/cli.ts'), 'synth'];
    const full = fs.openSync('/dev/full', 'w');
    const child = spawn(process.execPath, words, { cwd: project.directory, stdio: ['ignore', full, 'pipe'] });
    const errors = text(child.stderr as NodeJS.ReadableStream);
    const [status] = (await once(child, 'close')) as [number | null];
    fs.closeSync(full);
    expect([status, await errors]).toEqual([1, expect.stringMatching(/^The output could not be written: .*ENOSPC/)]);
  });

  test('of the demo runs dry for MnemoLite where there is no engine', async () => {
    const app = `node "${path.join(ROOT, 'node_modules/ts-node/dist/bin.js')}" "${path.join(ROOT, 'bin/synth.ts')}"`;
    project.write('cdktf.json', JSON.stringify({ app }));
    const { status, stdout } = await run('bin/demo.ts', [], {
      DOCKER_HOST: 'unix:///nowhere.sock',
      PATH: project.environment.PATH,
    });
    expect([status, stdout.split('\n')[2]]).toEqual([
      0,
      expect.stringMatching(/^DRY RUN: mnemolite-dev .*Docker Engine/),
    ]);
    for (const service of ['postgres', 'api', 'proxy'])
      expect(stdout).toMatch(new RegExp(`^${service} +service `, 'm'));
  });
});
