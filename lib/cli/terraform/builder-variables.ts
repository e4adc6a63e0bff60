import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessEnvironment } from './child-environment';
import { isStated } from '../engine/engine-address';
import type { EngineAddress } from '../engine/engine-address';

/** Facts that determine the builder's variables. */
export interface BuilderSurroundings {
  readonly environment: ProcessEnvironment;
  readonly home: string;
  /** Folder of the project. */
  readonly directory: string;
}

/**
 * Returns defaults for the builder in Terraform's provider. Without its record of times, the same files always become
 * the same image. The builder of the pinned provider reaches no engine over ssh and TLS, so the engine's API builds
 * there. If the user's folder for docker is not writable, the builder keeps its notes in the project.
 */
export function builderVariables(address: EngineAddress, surroundings: BuilderSurroundings): ProcessEnvironment {
  const { host, certificates } = address;
  const throughApi = !isStated(address) && (host.startsWith('ssh://') || certificates !== undefined);
  return {
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    ...(throughApi ? { DOCKER_BUILDKIT: '0' } : {}),
    ...folder(surroundings),
  };
}

function folder({ environment, home, directory }: BuilderSurroundings): ProcessEnvironment {
  if (environment.BUILDX_CONFIG || isMade(join(environment.DOCKER_CONFIG || join(home, '.docker'), 'buildx')))
    return {};
  return { BUILDX_CONFIG: join(directory, 'cdktf.out', 'buildx') };
}

/** Returns true if the folder exists or can be made; the builder would make it, too. */
function isMade(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true });
    return true;
  } catch {
    return false;
  }
}
