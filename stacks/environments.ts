import { ConfigurationError, Engine, Tls } from '../lib';
import type { Environment, ImageMirrors } from '../lib';

/**
 * Returns other sources of images (a mirror, an air-gapped registry, local builds) from JSON in the shell. They are a
 * fact about the machine that deploys, not about the system.
 */
function imageMirrors(): ImageMirrors {
  const text = process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES ?? '{}';
  try {
    return JSON.parse(text) as ImageMirrors;
  } catch {
    throw new ConfigurationError(
      undefined,
      `DOCKER_CONSTRUCTS_IMAGE_SOURCES ${JSON.stringify(text)} is no JSON; write for example {"postgres":"mirror.example/postgres"}`,
    );
  }
}

/** A provider version to try instead of the pinned one. */
const platform = new Engine({ providerVersion: process.env.DOCKER_CONSTRUCTS_PROVIDER_VERSION });

/** Returns facts about each environment that are true for every system. Each system states its own in its settings. */
export const environments = (): readonly Environment[] => [
  {
    name: 'dev',
    platform,
    sourceMounts: true,
    imageMirrors: imageMirrors(),
  },
  {
    name: 'test',
    platform,
    imageMirrors: imageMirrors(),
  },
  {
    name: 'staging',
    platform,
    tls: Tls.internal(),
    keepData: true,
    imageMirrors: imageMirrors(),
  },
  {
    name: 'prod',
    platform,
    tls: Tls.internal(),
    keepData: true,
    imageMirrors: imageMirrors(),
  },
];
