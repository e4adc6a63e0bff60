import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { applyStacks } from '../../lib/cli/terraform/terraform-command';
import { CommandProject } from '../support/command-project';

let project: CommandProject;

beforeEach(async () => {
  project = new CommandProject();
  project.environment = { ...project.environment, DOCKER_HOST: await project.startEngine() };
  project.write('.secrets/shop-dev/db-password', 'x', 0o600);
});
afterEach(() => project.remove());

const deploy = (): Promise<number> => applyStacks('deploy', ['shop-dev', '--yes'], project.session());
const has = (name: string): boolean => fs.existsSync(path.join(project.directory, name));
const file = (name: string): string => path.join(project.directory, name);
const savedPlans = (): readonly string[] =>
  fs
    .readdirSync(os.tmpdir())
    .filter((name) => name.startsWith('docker-constructs-plan-') && name.includes(`-${process.pid}-`));

/** Waits for a file that Terraform writes when it has come so far. */
async function until(name: string): Promise<void> {
  while (!has(name)) await pause(10);
}

const FAILED = '\ndeploy of shop-dev failed.';

describe('the end of Terraform', () => {
  afterEach(() => expect(savedPlans()).toEqual([]));

  test.each([
    ['a plan', { plan: 'echo broken; exit 1' }, 1, FAILED],
    ['an apply', { apply: 'exit 11' }, 11, FAILED],
    [
      'an init',
      { init: "printf '╷\\n│ Error: Failed to query\\n│ \\n│ no route to host\\n╵\\n'; exit 1" },
      1,
      `${FAILED}\n\nError: Failed to query\n\nno route to host`,
    ],
    [
      'an apply that a gate stopped',
      { apply: "echo 'docker_container.api (local-exec): never healthy'; exit 1" },
      1,
      `${FAILED}\n\ndocker_container.api failed:\n  never healthy`,
    ],
    [
      'an apply that was killed',
      { apply: 'echo "Apply begins"; kill -9 $$' },
      137,
      `${FAILED}\n\nterraform was ended by SIGKILL before it was done; what it made last may be missing in its state.`,
    ],
    [
      'a plan that was killed',
      { plan: 'kill -9 $$' },
      137,
      `${FAILED}\n\nterraform was ended by SIGKILL before it was done; what it made last may be missing in its state.`,
    ],
    [
      'an apply that says nothing of being done',
      { apply: 'echo "Apply begins"' },
      1,
      `${FAILED}\n\nterraform ended without saying that it was done.`,
    ],
    [
      'a plan that says nothing of being done',
      { plan: 'exit 0' },
      1,
      `${FAILED}\n\nterraform ended without saying that it was done.`,
    ],
    [
      'an apply whose state could not be written',
      { apply: "printf '╷\\n│ Error: Failed to save state\\n│ \\n│ no space left on device\\n╵\\n'; exit 1" },
      1,
      `${FAILED}\n\nError: Failed to save state\n\nno space left on device`,
    ],
    [
      'an engine that is too new for the provider',
      {
        plan: "printf '╷\\n│ Error: client version 1.41 is too old. Minimum supported API\\n│ version is 1.44\\n╵\\n'; exit 1",
      },
      1,
      `${FAILED}\n\nThe Docker Engine wants API version at least 1.44, and was asked with 1.41: unset DOCKER_API_VERSION if it is set, or use a newer docker command or Terraform provider.\n\n  Error: client version 1.41 is too old. Minimum supported API\n  version is 1.44`,
    ],
  ])('is told of %s that fails', async (_, scripts, exitCode, warning) => {
    project.terraform(scripts);
    expect(await deploy()).toBe(exitCode);
    expect(project.warnings).toBe(warning);
  });

  test('ends a provider that Terraform left behind', async () => {
    project.terraform({
      apply: `sh -c 'trap "touch ended; exit" TERM; touch begun; while :; do sleep 0.05; done' & while [ ! -e begun ]; do sleep 0.05; done; kill -9 $$`,
    });
    expect(await deploy()).toBe(137);
    await until('cdktf.out/stacks/shop-dev/ended');
  });

  /** An engine with the containerd image store, that removes an image at that moment. */
  const RACE = String.raw`printf '╷\n│ Error: unable to list Docker images: Error response from daemon: NotFound: content\n│ digest sha256:1f: not found\n│ \n│   with docker_image.api,\n╵\n'; exit 1`;

  test.each([
    ['plan', { plan: `[ -e raced ] && exit 2; touch raced; ${RACE}` }, ['plan', 'plan', 'apply']],
    [
      'apply',
      { apply: `[ -e raced ] && echo 'Apply complete!' && exit; touch raced; ${RACE}` },
      ['plan', 'apply', 'plan', 'apply'],
    ],
  ])('plans again where another stack removed an image during its %s', async (_, scripts, commands) => {
    project.terraform(scripts);
    expect(await deploy()).toBe(0);
    expect(project.terraformSaw.slice(1).map((line) => line.split(' ')[0])).toEqual(commands);
    expect(project.warnings).toBe('');
  });

  test('does not plan again where something else failed, too', async () => {
    project.terraform({ apply: `printf '╷\\n│ Error: no space\\n╵\\n'; ${RACE}` });
    expect(await deploy()).toBe(1);
    expect(project.terraformSaw.slice(1).map((line) => line.split(' ')[0])).toEqual(['plan', 'apply']);
  });

  test('without anything to do is one plan', async () => {
    project.terraform({ plan: "echo 'No changes. Your infrastructure matches the configuration.'" });
    expect(await deploy()).toBe(0);
    expect(project.terraformSaw.at(-1)).toMatch(/^plan /);
    expect(project.printed.at(-1)).toBe('No changes. Your infrastructure matches the configuration.');
  });
});

describe('an interruption', () => {
  /** Goes on for as long as it was not asked to stop, and notes each time that it was. */
  const SLOW = `trap 'echo asked >>asked' INT; touch begun; while [ ! -e go ]; do sleep 0.02; done; touch written; exit 1`;
  const stackFile = (name: string): string => `cdktf.out/stacks/shop-dev/${name}`;
  const asked = (): string => (has(stackFile('asked')) ? fs.readFileSync(file(stackFile('asked')), 'utf8') : '');

  test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'by %s asks Terraform once to stop, waits for its end, and says so',
    async (signal) => {
      project.terraform({ apply: SLOW });
      const ended = deploy();
      await until(stackFile('begun'));
      process.emit(signal, signal);
      process.emit(signal, signal);
      await until(stackFile('asked'));
      project.write(stackFile('go'), '');
      expect(await ended).toBe(1);
      expect([asked(), has(stackFile('written'))]).toEqual(['asked\n', true]);
      expect(project.warned).toEqual([
        'Interrupted: waiting for Terraform, which finishes what it has begun and writes it down. Interrupt again to end it at once.',
        '\ndeploy of shop-dev was interrupted; the same command goes on from there.',
      ]);
    },
  );

  test('that is repeated asks Terraform again, and a third time ends all of it', async () => {
    project.terraform({ apply: SLOW });
    const ended = deploy();
    await until(stackFile('begun'));
    const now = jest.spyOn(Date, 'now');
    for (const [index, time] of [10_000, 20_000].entries()) {
      now.mockReturnValue(time);
      process.emit('SIGINT', 'SIGINT');
      while (asked().split('\n').length <= index + 1) await pause(10);
    }
    now.mockReturnValue(30_000);
    process.emit('SIGINT', 'SIGINT');
    now.mockRestore();
    expect(await ended).toBe(137);
    expect(asked()).toBe('asked\nasked\n');
    expect(project.warned.at(-1)).toBe(
      '\ndeploy of shop-dev was interrupted; the same command goes on from there.\n\nterraform was ended by SIGKILL before it was done; what it made last may be missing in its state.',
    );
  });

  test('of a plan applies nothing', async () => {
    project.terraform({ plan: 'touch begun; while [ ! -e go ]; do sleep 0.02; done; exit 2' });
    const ended = deploy();
    await until(stackFile('begun'));
    process.emit('SIGTERM', 'SIGTERM');
    project.write(stackFile('go'), '');
    expect(await ended).not.toBe(0);
    expect(project.terraformSaw.filter((line) => line.startsWith('apply'))).toEqual([]);
  });
});

describe('init', () => {
  const args = (): readonly string[] => project.terraformSaw.map((line) => line.split(' -out')[0] ?? '');
  const INIT = 'init -input=false';
  const PLAN = 'plan -input=false -detailed-exitcode';
  const APPLY = 'apply -input=false PLAN';

  test('runs once, and again when another command has changed what it left', async () => {
    await deploy();
    await deploy();
    expect(args()).toEqual([INIT, PLAN, APPLY, PLAN, APPLY]);
    project.write('cdktf.out/stacks/shop-dev/.terraform.lock.hcl', 'provider "x" {}');
    await deploy();
    expect(args().slice(5)).toEqual([INIT, PLAN, APPLY]);
  });

  test('upgrades where Terraform asks for it, and shows nothing of the first attempt', async () => {
    project.terraform({
      init: `[ "$3" = -upgrade ] && mkdir -p .terraform && exit; echo 'must use terraform init -upgrade'; exit 1`,
    });
    expect(await deploy()).toBe(0);
    expect(args().slice(0, 2)).toEqual([INIT, `${INIT} -upgrade`]);
    expect(project.text).not.toContain('-upgrade');
  });

  test('runs again where a plan finds its providers gone', async () => {
    await deploy();
    project.terraform({ plan: `[ -e ready ] && exit 2; touch ready; echo 'please run "terraform init"'; exit 1` });
    expect(await deploy()).toBe(0);
    expect(args().slice(3)).toEqual([PLAN, INIT, PLAN, APPLY]);
  });

  test('knows the data folder that TF_DATA_DIR names', async () => {
    project.environment = { ...project.environment, TF_DATA_DIR: file('data') };
    project.terraform({ init: 'mkdir -p "$TF_DATA_DIR"' });
    await deploy();
    await deploy();
    expect(args().filter((line) => line === INIT)).toHaveLength(1);
  });
});

describe('a saved plan', () => {
  test('is in a folder that only its owner can open, and goes in any case', async () => {
    project.terraform({
      plan: `for word; do case $word in -out=*) out=\${word#-out=}; esac; done; echo x >$out; stat -c %a "$(dirname $out)" >mode; exit 2`,
    });
    expect(await deploy()).toBe(0);
    expect(fs.readFileSync(file('cdktf.out/stacks/shop-dev/mode'), 'utf8')).toBe('700\n');
    expect(savedPlans()).toEqual([]);
  });

  test('of a command that was killed is removed by the next one', async () => {
    const left = path.join(os.tmpdir(), `docker-constructs-plan-${os.hostname()}-999999999-left`);
    fs.mkdirSync(left);
    await deploy();
    expect(fs.existsSync(left)).toBe(false);
  });
});
