import { spawnSync } from 'node:child_process';
import { ConfigurationError } from '../../values';
import { failureText } from './app-failure';
import type { ProcessEnvironment } from '../terraform/child-environment';
import type { Project } from './project';
import { readStacks, SynthesizedStack } from './synthesized-stack';

const MAXIMUM_OUTPUT = 64 * 1024 * 1024;

/**
 * Runs a project's program as cdktf does, and reads its output. It needs neither Terraform nor a Docker Engine.
 *
 * @throws ConfigurationError with the program's message when it fails
 */
export function synthesize(project: Project, environment: ProcessEnvironment): readonly SynthesizedStack[] {
  const { status, error, stdout, stderr } = spawnSync(project.app, {
    cwd: project.directory,
    env: { ...withoutVariables(environment), CDKTF_OUTDIR: project.output, CDKTF_CONTEXT_JSON: project.context },
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: MAXIMUM_OUTPUT,
  });
  if (status === 0) return readStacks(project.output);
  const reason = failureText(`${stderr}`) || failureText(`${stdout}`) || error?.message || `exit code ${status}`;
  throw new ConfigurationError(undefined, `${project.app}: ${reason}`);
}

/**
 * Returns the environment without Terraform's variables, which may be secret; cdktf hides them from the program too.
 */
function withoutVariables(environment: ProcessEnvironment): ProcessEnvironment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TF_VAR_')));
}
