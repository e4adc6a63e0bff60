import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { certificatesIn, engineConnection } from '../../lib/engine-client/connection';
import type { Certificates, EngineConnection } from '../../lib/engine-client/connection';
import { Failure } from './failure';

/** Address of an engine. */
export interface Address extends EngineConnection {
  /** Address as it was given. */
  readonly url: string;
  /** Source of the address, for messages. */
  readonly source: string;
}

/** Options that name an engine. */
export interface AddressOptions {
  readonly host?: string;
  readonly certPath?: string;
}

/** Returns the engine of the Terraform provider: from the option, the context, the variable, or the default socket. */
export function engineAddress({ host, certPath }: AddressOptions, environment: NodeJS.ProcessEnv): Address {
  const { url, source } = chosen(host, environment);
  const directory = certificateFolder(certPath, environment);
  const connection = engineConnection(url, directory === undefined ? undefined : () => certificates(directory));
  if (connection !== undefined) return { url, source, ...connection };
  throw new Failure(
    `${JSON.stringify(url)} (${source}) is not an address of a Docker Engine.\n` +
      'Use unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host.',
    2,
  );
}

function chosen(host: string | undefined, environment: NodeJS.ProcessEnv): { url: string; source: string } {
  if (host) return { url: host, source: 'from --host' };
  const context = environment.DOCKER_CONTEXT;
  if (context && context !== 'default') {
    return { url: contextHost(context, environment), source: `from the Docker context ${JSON.stringify(context)}` };
  }
  if (environment.DOCKER_HOST) return { url: environment.DOCKER_HOST, source: 'from DOCKER_HOST' };
  const usual = process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
  return { url: usual, source: 'the usual address; DOCKER_HOST is not set' };
}

function configDirectory(environment: NodeJS.ProcessEnv): string {
  return environment.DOCKER_CONFIG || join(homedir(), '.docker');
}

interface ContextMeta {
  readonly Endpoints: { readonly docker: { readonly Host: unknown } };
}

/** Reads the file of `docker context create`, so that the docker command is not needed. */
function contextHost(name: string, environment: NodeJS.ProcessEnv): string {
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(configDirectory(environment), 'contexts', 'meta', id, 'meta.json');
  try {
    return String((JSON.parse(readFileSync(file, 'utf8')) as ContextMeta).Endpoints.docker.Host);
  } catch {
    throw new Failure(
      `DOCKER_CONTEXT names ${JSON.stringify(name)}, which is not a Docker context of this user.\n` +
        'See `docker context ls`, or unset DOCKER_CONTEXT.',
    );
  }
}

function certificateFolder(option: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  const verified = environment.DOCKER_TLS_VERIFY ? configDirectory(environment) : undefined;
  return option || environment.DOCKER_CERT_PATH || verified;
}

function certificates(directory: string): Certificates {
  const found = certificatesIn(directory);
  if (found.ca || found.cert) return found;
  throw new Failure(`${directory} holds neither ca.pem nor cert.pem, which are needed to trust the engine.`);
}
