import * as fs from 'node:fs';
import * as path from 'node:path';
import { childEnvironment } from '../../lib/cli/terraform/child-environment';
import { providerProblem, withPluginCache } from '../../lib/cli/terraform/provider-check';
import { findTerraform, isNewEnough } from '../../lib/cli/terraform/terraform-program';
import { CommandProject, DOCUMENT } from '../support/command-project';

const projects: CommandProject[] = [];

afterAll(() => projects.forEach((project) => project.remove()));

function newProject(): CommandProject {
  const project = new CommandProject();
  projects.push(project);
  return project;
}

describe('the Terraform that is meant', () => {
  test('is Terraform, else OpenTofu, else none', () => {
    const project = newProject();
    fs.rmSync(path.join(project.directory, 'programs/terraform'));
    const { PATH } = project.environment;
    expect(findTerraform({ PATH })).toBeUndefined();
    const tofu = { command: 'tofu', product: 'OpenTofu', version: '1.10.0' };
    project.program('tofu', "echo 'OpenTofu v1.10.0'; echo 'on linux_amd64'");
    expect(findTerraform({ PATH })).toEqual(tofu);
    project.program('terraform', "echo 'Terraform v1.11.4'");
    expect(findTerraform({ PATH })).toEqual({ command: 'terraform', product: 'Terraform', version: '1.11.4' });
    expect(findTerraform({ PATH, TERRAFORM_BINARY_NAME: 'tofu' })).toEqual(tofu);
    expect(findTerraform({ PATH, TERRAFORM_BINARY_NAME: 'tofu-nightly' })).toBeUndefined();
    project.program('terraform', 'exit 1');
    expect(findTerraform({ PATH })?.command).toBe('tofu');
  });

  test.each([
    ['1.7.0', '>= 1.7.0', true],
    ['1.10.0', '>= 1.7', true],
    ['2.0', '>= 1.7.0', true],
    ['1.7.0-rc1', '>= 1.7.0', true],
    ['1.6.9', '>= 1.7.0', false],
    ['0.15.5', '>= 1.7.0', false],
    ['1.7.0', '~> 1.9', true],
    ['1.7.0', undefined, true],
  ])('%s is new enough for %j: %j', (version, constraint, expected) => {
    expect(isNewEnough(version, constraint)).toBe(expected);
  });

  test('decides whether the providers can be had', () => {
    const project = newProject();
    const terraform = { command: 'terraform', product: 'Terraform', version: '1.11.4' } as const;
    const environment = {
      PATH: project.program('terraform', `cat main.tf.json > '${project.directory}/saw'`),
      TF_PLUGIN_CACHE_DIR: project.directory,
    };
    expect(providerProblem(DOCUMENT, terraform, environment)).toBeUndefined();
    expect(project.read('saw')).toEqual({ terraform: { required_providers: DOCUMENT.terraform.required_providers } });
    project.program('terraform', "printf '\\nError: Failed to query\\n\\nCould not\\nconnect.\\n' >&2; exit 1");
    expect(providerProblem(DOCUMENT, terraform, environment)).toBe('Failed to query Could not connect.');
    project.program('terraform', 'exit 3');
    expect(providerProblem(DOCUMENT, terraform, environment)).toBe('terraform init ended with exit code 3');
  });

  test.each([
    ['has a cache of providers in the home folder', 'home', 'home/.terraform.d/plugin-cache'],
    ['has no cache of providers where the home folder cannot be written', 'package.json/home', undefined],
  ])('%s', (_what, home, cache) => {
    const project = newProject();
    const os = jest.requireActual<{ readonly homedir: () => string }>('node:os');
    const homedir = jest.spyOn(os, 'homedir').mockReturnValue(path.join(project.directory, home));
    try {
      const { PATH } = project.environment;
      expect(withPluginCache({ PATH })).toEqual({
        PATH,
        ...(cache === undefined ? {} : { TF_PLUGIN_CACHE_DIR: path.join(project.directory, cache) }),
      });
    } finally {
      homedir.mockRestore();
    }
  });
});

describe('the environment of the programs that are started', () => {
  test('names no configuration file that is not there, and says so', () => {
    expect(childEnvironment({ A: '1', TF_CLI_CONFIG_FILE: '/nowhere/.terraformrc' })).toEqual({
      variables: { A: '1', CHECKPOINT_DISABLE: '1' },
      notes: ['TF_CLI_CONFIG_FILE names "/nowhere/.terraformrc", which is not there: ignored.'],
    });
  });

  test('keeps the rest', () => {
    const variables = { TF_CLI_CONFIG_FILE: __filename, CHECKPOINT_DISABLE: '0' };
    expect(childEnvironment(variables)).toEqual({ variables, notes: [] });
    expect(childEnvironment({ TF_CLI_CONFIG_FILE: '' }).notes).toEqual([]);
  });
});
