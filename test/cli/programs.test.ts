import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { CommandProject } from '../support/command-project';

const ROOT = path.join(__dirname, '../..');

let project: CommandProject;

beforeEach(() => (project = new CommandProject()));
afterEach(() => project.remove());

/** Terraform that is asked for its version, or applies: not in a moment. */
const SLOW_TERRAFORM = `
case "$1" in
  version) echo '"terraform_version": "1.9.0"' ;;
  *) echo begun >> terraform-says; sleep 0.5; echo 'written down' >> terraform-says ;;
esac`;

/** Ends as an interrupted cdktf does: before its Terraform, which it leaves without a terminal. */
const INTERRUPTED = `
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const terraform = spawn(process.env.TERRAFORM_BINARY_NAME, ['apply'], { detached: true, stdio: 'ignore' });
const timer = setInterval(() => {
  if (!fs.existsSync('terraform-says')) return;
  clearInterval(timer);
  process.kill(process.ppid, 'SIGINT');
  terraform.kill('SIGHUP');
  process.exit(1);
}, 20);`;

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

  test('of deploy outlives a cdktf that is interrupted and hangs up on Terraform, until that has ended', async () => {
    project.write('.secrets/shop-dev/db-password', 'x', 0o600);
    project.cdktfProgram(INTERRUPTED);
    const PATH = project.program('terraform', SLOW_TERRAFORM);
    const { status, stderr } = await run('bin/cli.ts', ['deploy'], { PATH, DOCKER_HOST: await project.startEngine() });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Interrupted: waiting for Terraform[^]*\ndeploy of shop-dev was interrupted; the same command goes on from there\.$/m,
    );
    expect(fs.readFileSync(path.join(project.directory, 'terraform-says'), 'utf8')).toBe('begun\nwritten down\n');
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
