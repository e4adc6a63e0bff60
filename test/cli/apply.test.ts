import * as fs from 'node:fs';
import * as path from 'node:path';
import { applyStacks } from '../../lib/cli/terraform/terraform-command';
import { CommandProject, DOCUMENT } from '../support/command-project';

let project: CommandProject;

beforeEach(() => (project = new CommandProject()));
afterEach(() => project.remove());

const terraformRan = () => project.terraformSaw.length > 0;
const giveSecret = (stack = 'shop-dev') => project.write(`.secrets/${stack}/db-password`, 'x', 0o600);

describe('deploy and destroy', () => {
  const stack = (name: string, more: object = {}) => ({
    document: DOCUMENT,
    manifest: project.manifest(name),
    ...more,
  });
  const planned = () => project.terraformSaw.filter((line) => line.startsWith('plan'));

  beforeEach(async () => {
    project.environment = { ...project.environment, DOCKER_HOST: await project.startEngine() };
  });

  test('initialize, plan, and apply that plan, on the engine that is meant', async () => {
    giveSecret();
    const environment = { ...project.environment, TF_VAR_a: 'b', DOCKER_CONTEXT: 'default' };
    expect(await applyStacks('deploy', ['--yes', 'shop-*'], project.session({ environment }))).toBe(0);
    expect(project.terraformSaw).toEqual([
      'init -input=false',
      'plan -input=false -detailed-exitcode -out=PLAN',
      'apply -input=false PLAN',
    ]);
    const saw = fs.readFileSync(path.join(project.directory, 'terraform-environment'), 'utf8').split('\n');
    expect(saw).toEqual(expect.arrayContaining(['TF_VAR_a=b', `DOCKER_HOST=${project.environment.DOCKER_HOST}`]));
    expect(saw.filter((line) => line.startsWith('DOCKER_CONTEXT='))).toEqual([]);
    expect(project.printed).toEqual([
      'Initializing Terraform …',
      'Plan: 1 to add, 0 to change, 0 to destroy.',
      'Apply complete! Resources: 1 added, 0 changed, 0 destroyed.',
    ]);
    expect(project.warnings).toBe('');
  });

  test('destroy plans the removal', async () => {
    expect(await applyStacks('destroy', ['--yes', 'shop-dev'], project.session())).toBe(0);
    expect(project.terraformSaw.slice(1)).toEqual([
      'plan -input=false -detailed-exitcode -out=PLAN -destroy',
      'apply -input=false PLAN',
    ]);
  });

  test('hand options for Terraform on, with paths that hold in another folder', async () => {
    giveSecret();
    const args = '--var a=1 --var b=2 --var-file /f.tfvars --terraform-parallelism 3 --refresh-only --migrate-state';
    expect(await applyStacks('deploy', ['--yes', ...args.split(' '), '--parallelism', '1'], project.session())).toBe(0);
    expect(project.terraformSaw).toEqual([
      'init -input=false -migrate-state -force-copy',
      'plan -input=false -detailed-exitcode -out=PLAN -refresh-only -var-file=/f.tfvars -var=a=1 -var=b=2 -parallelism=3',
      'apply -input=false -parallelism=3 PLAN',
    ]);
  });

  test('take the documents of the last synthesis, and another program or folder, where they are told', async () => {
    giveSecret();
    await applyStacks('deploy', ['--yes', '--output', 'other'], project.session());
    project.write('broken', 'no');
    expect(await applyStacks('deploy', ['--yes', '--output', 'other', '--skip-synth'], project.session())).toBe(0);
    await expect(applyStacks('deploy', ['--yes', '--app', 'echo nope; exit 1'], project.session())).rejects.toThrow(
      'echo nope; exit 1: nope',
    );
  });

  test.each([
    [
      'deploy',
      'shop-dev --outputs-file x',
      "deploy has no option --outputs-file; see: npm run deploy -- --help; for what only Terraform can do, run it in the stack's folder: terraform -chdir=cdktf.out/stacks/shop-dev …",
    ],
    [
      'destroy',
      '--refresh-only',
      "destroy has no option --refresh-only; see: npm run destroy -- --help; for what only Terraform can do, run it in the stack's folder: terraform -chdir=cdktf.out/stacks/<stack> …",
    ],
    [
      'deploy',
      '--terraform-parallelism none',
      "option '--terraform-parallelism <number>' argument 'none' is invalid. It must be a whole number above 0.; see: npm run deploy -- --help",
    ],
  ] as const)('%s refuses %j in one line', async (command, line, message) => {
    await expect(applyStacks(command, line.split(' '), project.session())).rejects.toThrow(message);
    expect(terraformRan()).toBe(false);
  });

  test('list their options', async () => {
    expect(await applyStacks('deploy', ['--help'], project.session())).toBe(0);
    expect(project.text).toMatch(/^Usage: deploy \[options\] \[stacks\.\.\.\]\n/);
    expect(project.text).toContain('--ignore-missing-stack-dependencies');
  });

  test.each([
    ['yes', 0, 'apply -input=false PLAN', ''],
    [
      'n',
      1,
      'plan -input=false -detailed-exitcode -out=PLAN',
      '\ndeploy of shop-dev was not approved; nothing was changed.',
    ],
  ])('ask in a terminal once the plan is shown, and take %j', async (answer, exitCode, last, warning) => {
    giveSecret();
    const questions: string[] = [];
    const ask = async (question: string) => {
      questions.push(question, project.printed.at(-1) ?? '');
      return answer;
    };
    expect(await applyStacks('deploy', [], project.session({ isTerminal: true, ask }))).toBe(exitCode);
    expect(questions).toEqual([
      '\ndeploy shop-dev as planned above? [y/N] ',
      'Plan: 1 to add, 0 to change, 0 to destroy.',
    ]);
    expect([project.terraformSaw.at(-1), project.warnings]).toEqual([last, warning]);
    for (const word of ['--yes', '--auto-approve'])
      expect(await applyStacks('deploy', [word], project.session({ isTerminal: true, ask }))).toBe(0);
    expect(questions).toHaveLength(2);
  });

  test.each(['deploy', 'destroy'] as const)('without a terminal, %s changes nothing before --yes', async (command) => {
    giveSecret();
    await expect(applyStacks(command, ['shop-*'], project.session())).rejects.toThrow(
      new RegExp(`^${command} shop-dev\\? There is no terminal to ask in; add --yes$`),
    );
    expect(terraformRan()).toBe(false);
    for (const word of ['--yes', '--auto-approve'])
      expect(await applyStacks(command, ['shop-*', word], project.session())).toBe(0);
  });

  test('go from stack to stack in the order of their dependencies, and end with the first failure', async () => {
    project.stacks({ a: stack('a', { dependencies: ['b'] }), b: stack('b'), c: stack('c') });
    for (const name of ['a', 'b', 'c']) giveSecret(name);
    const order = () => project.printed.filter((line) => /^\n?[abc]:$/.test(line)).map((line) => line.trim());
    expect(await applyStacks('deploy', ['--yes', 'c', 'a', 'b'], project.session())).toBe(0);
    expect(order()).toEqual(['c:', 'b:', 'a:']);
    project.printed.length = 0;
    expect(await applyStacks('destroy', ['--yes', 'b', 'a'], project.session())).toBe(0);
    expect(order()).toEqual(['a:', 'b:']);
    project.printed.length = 0;
    project.terraform({ apply: 'exit 1' });
    expect(await applyStacks('deploy', ['--yes', 'a', 'b'], project.session())).toBe(1);
    expect(order()).toEqual(['b:']);
  });

  test('want the stacks that theirs depend on', async () => {
    project.stacks({ a: stack('a', { dependencies: ['b'] }), b: stack('b') });
    giveSecret('a');
    await expect(applyStacks('deploy', ['--yes', 'a'], project.session())).rejects.toThrow(
      'a depends on b; name them too, or add --ignore-missing-stack-dependencies',
    );
    await expect(applyStacks('destroy', ['--yes', 'b'], project.session())).rejects.toThrow(
      'b is needed by a; name them too',
    );
    expect(await applyStacks('deploy', ['--yes', 'a', '--ignore-missing-stack-dependencies'], project.session())).toBe(
      0,
    );
    expect(planned()).toHaveLength(1);
  });

  test('a deploy names missing secrets before anything is touched, of the chosen stacks only', async () => {
    project.stacks({ 'shop-dev': stack('shop-dev'), 'shop-prod': stack('shop-prod'), plain: { document: DOCUMENT } });
    giveSecret();
    await expect(applyStacks('deploy', ['--yes', '*'], project.session())).rejects.toThrow(
      'shop-prod has secrets without a value: db-password; see: npm run secrets -- shop-prod',
    );
    expect(terraformRan()).toBe(false);
    expect(await applyStacks('deploy', ['--yes', 'shop-dev', 'plain'], project.session())).toBe(0);
    expect(await applyStacks('destroy', ['--yes', 'shop-prod'], project.session())).toBe(0);
  });

  test('need a name, unless there is one stack to deploy', async () => {
    giveSecret();
    expect(await applyStacks('deploy', ['--yes'], project.session())).toBe(0);
    await expect(applyStacks('destroy', ['--yes'], project.session())).rejects.toThrow(
      'name a stack to destroy; the stacks are: shop-dev',
    );
  });

  test.each([
    [
      "echo 'Terraform v1.6.6'",
      'Terraform or OpenTofu: terraform 1.6.6 is too old; get Terraform >= 1.7.0 or OpenTofu >= 1.10.0: ',
    ],
    ["echo 'OpenTofu v1.9.0'", 'Terraform or OpenTofu: terraform 1.9.0 is too old; get '],
    ['exit 1', 'Terraform or OpenTofu: none runs; get Terraform >= 1.7.0 or OpenTofu >= 1.10.0: '],
  ])('are refused with a Terraform whose version is %j', async (version, message) => {
    giveSecret();
    const environment = { ...project.environment, TERRAFORM_BINARY_NAME: 'terraform' };
    project.terraform({ version });
    await expect(applyStacks('deploy', ['--yes'], project.session({ environment }))).rejects.toThrow(message);
    expect(terraformRan()).toBe(false);
  });

  test('are refused before Terraform asks, where no engine answers', async () => {
    giveSecret();
    const environment = { ...project.environment, DOCKER_HOST: 'unix:///nowhere.sock' };
    await expect(applyStacks('deploy', ['--yes'], project.session({ environment }))).rejects.toThrow(
      'shop-dev: Docker Engine: none answers at unix:///nowhere.sock (DOCKER_HOST): connect ENOENT /nowhere.sock; start Docker',
    );
    expect(terraformRan()).toBe(false);
  });
});
