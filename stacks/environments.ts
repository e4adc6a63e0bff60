import { ConfigurationError, Engine, Tls } from '../lib';
import type { Environment, ImageSources } from '../lib';

/**
 * Where images come from instead, as JSON: a mirror, an air-gapped registry, local builds. Read from the shell, because
 * it is a fact about the machine that deploys, not about the system.
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

/** The only file in which the environments differ in kind. What differs in size is said by each system. */
export const environments = (): readonly Environment[] => [
  {
    name: 'dev',
    platform,
    sourceMounts: true,
    edge: { http: 8001 },
    // Not 5432: many machines that develop have a PostgreSQL of their own.
    expose: { postgres: 15432 },
    imageSources: imageSources(),
  },
  {
    name: 'test',
    platform,
    edge: { http: 8002 },
    imageSources: imageSources(),
  },
  {
    name: 'staging',
    platform,
    domain: 'staging.mnemolite.localhost',
    tls: Tls.internal(),
    keepData: true,
    edge: { http: 8080, https: 8443 },
    imageSources: imageSources(),
  },
  {
    name: 'prod',
    platform,
    domain: process.env.MNEMOLITE_DOMAIN ?? 'mnemolite.localhost',
    tls: Tls.internal(),
    keepData: true,
    edge: { address: '*', http: 80, https: 443 },
    replicas: { api: 2 },
    expose: { grafana: 3000 },
    imageSources: imageSources(),
  },
];
