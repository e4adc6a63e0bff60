import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProcessEnvironment } from '../terraform/child-environment';
import type { SynthesizedStack } from '../project/synthesized-stack';

/** Address of a Docker Engine, and the source of that address. */
export interface EngineAddress {
  /** Address in the form `unix:///…`, `npipe:////…`, `tcp://…` or `ssh://…`. */
  readonly host: string;
  /** Source of the address: 'DOCKER_HOST', 'docker context "colima"', 'the stack', 'the default'. */
  readonly origin: string;
  /** Folder with ca.pem, cert.pem and key.pem, for `tcp://`. */
  readonly certificates?: string;
}

/** Inputs of the search for an engine. */
export interface Surroundings {
  readonly environment: ProcessEnvironment;
  readonly home: string;
  readonly platform: string;
}

/**
 * Returns the engine that a stack is deployed to: the one it names, or else the docker command's. Terraform's provider
 * reads only DOCKER_HOST; `engineVariables` passes it the rest.
 */
export function engineAddress(stack: SynthesizedStack | undefined, surroundings: Surroundings): EngineAddress {
  return statedBy(stack) ?? fromVariable(surroundings) ?? fromContext(surroundings) ?? theDefault(surroundings);
}

/** Returns variables that make Terraform, its provider and the gates use the same engine. */
export function engineVariables({ host, certificates, origin }: EngineAddress): ProcessEnvironment {
  if (origin === STACK) return {};
  const tls = certificates === undefined ? {} : { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: '1' };
  return { DOCKER_HOST: host, DOCKER_CONTEXT: undefined, ...tls };
}

/** Returns true if the stack itself names the engine. */
export function isStated({ origin }: EngineAddress): boolean {
  return origin === STACK;
}

/** Returns true if the engine's ports are this machine's ports. */
export function isLocal({ host }: EngineAddress): boolean {
  return /^(?:unix|npipe):/.test(host);
}

const STACK = 'the stack';

function statedBy(stack: SynthesizedStack | undefined): EngineAddress | undefined {
  const { host, cert_path: certificates } = stack?.document.provider?.docker?.[0] ?? {};
  if (!host) return undefined;
  return { host, origin: STACK, certificates: certificates || undefined };
}

function fromVariable({ environment }: Surroundings): EngineAddress | undefined {
  const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: certificates } = environment;
  if (!host) return undefined;
  return { host, origin: 'DOCKER_HOST', certificates: verify ? certificates : undefined };
}

function fromContext({ environment, home }: Surroundings): EngineAddress | undefined {
  const directory = environment.DOCKER_CONFIG || join(home, '.docker');
  const name = environment.DOCKER_CONTEXT || currentContext(directory);
  const id = createHash('sha256').update(name).digest('hex');
  const host = contextHost(join(directory, 'contexts', 'meta', id, 'meta.json'));
  if (host === undefined) return undefined;
  const certificates = join(directory, 'contexts', 'tls', id, 'docker');
  const origin = `docker context ${JSON.stringify(name)}`;
  return { host, origin, certificates: existsSync(certificates) ? certificates : undefined };
}

/** Returns the name of the current context. The context 'default' has no file of its own. */
function currentContext(directory: string): string {
  const config = readJson<{ readonly currentContext?: string }>(join(directory, 'config.json'));
  return config?.currentContext ?? 'default';
}

function contextHost(file: string): string | undefined {
  return readJson<ContextMeta>(file)?.Endpoints?.docker?.Host || undefined;
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
}

/** Returns the system's socket or, without one, that of a rootless engine or of Docker Desktop. */
function theDefault({ environment, home, platform }: Surroundings): EngineAddress {
  if (platform === 'win32') return { host: 'npipe:////./pipe/docker_engine', origin: 'the default' };
  const own = environment.XDG_RUNTIME_DIR ? [join(environment.XDG_RUNTIME_DIR, 'docker.sock')] : [];
  const sockets = ['/var/run/docker.sock', ...own, join(home, '.docker', 'run', 'docker.sock')];
  const socket = sockets.find((candidate) => existsSync(candidate)) ?? '/var/run/docker.sock';
  return { host: `unix://${socket}`, origin: 'the default' };
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
