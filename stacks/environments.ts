import { ConfigurationError, Engine, Tls } from '../lib';
import type { Environment, ImageSources } from '../lib';

/**
 * Returns other sources of images (a mirror, an air-gapped registry, local builds) from JSON in the shell. They are a
 * fact about the machine that deploys, not about the system.
 */
function imageSources(): ImageSources {
  const text = process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES ?? '{}';
  try {
    return JSON.parse(text) as ImageSources;
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
    imageSources: imageSources(),
  },
  {
    name: 'test',
    platform,
    imageSources: imageSources(),
  },
  {
    name: 'staging',
    platform,
    tls: Tls.internal(),
    keepData: true,
    imageSources: imageSources(),
  },
  {
    name: 'prod',
    platform,
    tls: Tls.internal(),
    keepData: true,
    imageSources: imageSources(),
  },
];
