import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessEnvironment } from './child-environment';
import type { TerraformDocument } from '../project/synthesized-stack';
import type { TerraformProgram } from './terraform-program';
import { lastError } from './terraform-log';

/** Timeout in milliseconds that is long enough to download a provider over a slow line. */
const PATIENCE = 120_000;

/**
 * Returns the reason why Terraform cannot get the providers of a stack, or undefined if it can. It runs `init` itself
 * in a scratch folder with only the providers, because `init` knows local plugin folders, mirrors and registries.
 * Downloads go to the cache that a deploy uses too.
 */
export function providerProblem(
  document: TerraformDocument,
  terraform: TerraformProgram,
  environment: ProcessEnvironment,
): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'docker-constructs-init-'));
  try {
    const { required_providers: providers } = document.terraform ?? {};
    writeFileSync(join(directory, 'main.tf.json'), JSON.stringify({ terraform: { required_providers: providers } }));
    return init(directory, terraform, withPluginCache(environment));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Returns the providers of a stack with their versions, as in 'kreuzwerker/docker 3.6.2'. */
export function providerNames({ terraform }: TerraformDocument): string {
  const providers = Object.values(terraform?.required_providers ?? {});
  return providers.map(({ source, version }) => `${source} ${version ?? ''}`.trim()).join(', ');
}

function init(directory: string, { command }: TerraformProgram, env: ProcessEnvironment): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(command, ['init', '-input=false', '-no-color'], {
    cwd: directory,
    env,
    encoding: 'utf8',
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return undefined;
  if (error !== undefined) return `${command} init: ${error.message}`;
  return (
    lastError(`${stdout}\n${stderr}`).replace(/ To see which modules .*/, '') ||
    `${command} init ended with exit code ${status}`
  );
}

/** Returns the environment with a cache folder where cdktf makes it; Terraform refuses one that does not exist. */
export function withPluginCache(environment: ProcessEnvironment): ProcessEnvironment {
  if (environment.TF_PLUGIN_CACHE_DIR || environment.CDKTF_DISABLE_PLUGIN_CACHE_ENV) return environment;
  const directory = join(homedir(), '.terraform.d', 'plugin-cache');
  try {
    mkdirSync(directory, { recursive: true });
  } catch {
    // A home that is not writable only costs time.
    return environment;
  }
  return { ...environment, TF_PLUGIN_CACHE_DIR: directory };
}
