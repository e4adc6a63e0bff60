import type { Container, ContainerConfig } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import type { HealthCheck } from '../values';
import type { TemporaryDirectory, WorkloadSpec } from '../model/workload-spec';
import type { EngineOptions } from './engine-options';
import { EngineContainer } from './resources';
import { digest, shortened } from './terraform-text';

/** The part of a container that the spec decides. */
export type SpecDraft = Omit<Draft, 'name' | 'image'>;

export type Draft = { -readonly [Key in keyof Omit<ContainerConfig, 'lifecycle'>]: ContainerConfig[Key] };

const CPU_PERIOD = 100_000;

/** The part of a container that is known from the spec alone, hardened. */
export function containerDraft(spec: WorkloadSpec, options: EngineOptions): SpecDraft {
  const graceSeconds = Math.max(1, Math.ceil(spec.stopGrace.toMillis() / 1000));
  const memory = spec.memory.toMebibytes();
  return {
    hostname: spec.hostname,
    entrypoint: spec.entrypoint && [...spec.entrypoint],
    command: spec.command && [...spec.command],
    user: spec.user,
    workingDir: spec.workingDirectory,
    readOnly: spec.readOnlyRoot,
    tmpfs: temporaryDirectories(spec.temporaryDirectories),
    capabilities: { drop: ['ALL'], add: capabilityNames(spec.capabilities) },
    securityOpts: ['no-new-privileges:true'],
    memory,
    memorySwap: options.swapAccounting === false ? -1 : memory,
    cpuPeriod: CPU_PERIOD,
    cpuQuota: spec.cpus.toQuota().quota,
    cpuShares: spec.cpus.toShares(),
    ulimit: ulimits(spec.ulimits),
    shmSize: spec.sharedMemory?.toMebibytes(),
    healthcheck: spec.healthCheck === undefined ? undefined : healthcheck(spec.healthCheck),
    sysctls: spec.sysctls === undefined ? undefined : { ...spec.sysctls },
    stopSignal: spec.stopSignal,
    stopTimeout: graceSeconds,
    destroyGraceSeconds: graceSeconds,
    init: spec.init,
    // Not `unless-stopped`: a container that was sent any signal through the engine, or outlived an engine that crashed,
    // counts as stopped and would not come back.
    restart: spec.kind === 'job' ? 'no' : 'always',
    mustRun: spec.kind === 'service',
    logDriver: 'json-file',
    logOpts: { 'max-size': spec.logs.maxSize.toShortString(), 'max-file': String(spec.logs.maxFiles) },
  };
}

function healthcheck(check: HealthCheck): NonNullable<ContainerConfig['healthcheck']> {
  return {
    test: [...check.test],
    interval: check.interval.toGoString(),
    timeout: check.timeout.toGoString(),
    retries: check.retries,
    startPeriod: check.startPeriod.toGoString(),
  };
}

function temporaryDirectories(directories: readonly TemporaryDirectory[]): Record<string, string> | undefined {
  if (directories.length === 0) return undefined;
  return Object.fromEntries(
    directories.map(({ path, size, mode }) => [
      path,
      [
        'rw',
        'noexec',
        'nosuid',
        'nodev',
        `mode=${mode ?? '1777'}`,
        ...(size === undefined ? [] : [`size=${size.toShortString()}`]),
      ].join(','),
    ]),
  );
}

/** Sorted, so that the order in which they were stated makes no difference. */
function ulimits(limits: WorkloadSpec['ulimits']): ContainerConfig['ulimit'] {
  if (limits === undefined || limits.length === 0) return undefined;
  return [...limits]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, soft, hard }) => ({ name, soft: soft ?? hard, hard }));
}

/** Canonical names, sorted: any other spelling is replaced at every plan. */
function capabilityNames(names: readonly string[]): string[] | undefined {
  if (names.length === 0) return undefined;
  return [...new Set(names.map((name) => `CAP_${name.toUpperCase().replace(/^CAP_/, '')}`))].sort();
}

/**
 * A container under a readable address in plans. Its name gets an end that is new for each creation: where a creation
 * broke off half-way, the container that replaces it comes before it goes, and would find a lasting name taken.
 */
export function makeContainer(scope: Construct, id: string, logicalId: string, draft: Draft): EngineContainer {
  const config: ContainerConfig = {
    ...draft,
    name: `${draft.name}-${shortened('uuid()')}`,
    lifecycle: { createBeforeDestroy: true, ignoreChanges: ['name', 'log_opts', 'ulimit', ...orderOfPorts(draft)] },
  };
  const container = new EngineContainer(scope, id, config);
  container.overrideLogicalId(logicalId);
  return container;
}

/**
 * The engine says in an order of its own on which addresses a port is published, and another order is a difference. A port
 * that we change is part of the revision, which replaces the container in any case.
 */
function orderOfPorts({ ports }: Draft): readonly string[] {
  const inner = Array.isArray(ports) ? ports.map(({ internal, protocol }) => `${internal}/${protocol}`) : [];
  return new Set(inner).size < inner.length ? ['ports'] : [];
}

/** A container that is never started: it carries files into volumes. */
export function makeCarrier(scope: Construct, id: string, logicalId: string, draft: Draft): EngineContainer {
  return makeContainer(scope, id, logicalId, {
    start: false,
    mustRun: false,
    networkMode: 'none',
    restart: 'no',
    logDriver: 'json-file',
    destroyGraceSeconds: 1,
    ...draft,
  });
}

/** Terraform addresses of containers. */
export function addresses(containers: readonly (Container | undefined)[]): readonly string[] {
  return containers.flatMap((container) =>
    container === undefined ? [] : [`${container.terraformResourceType}.${container.friendlyUniqueId}`],
  );
}

/** For `depends_on`: each once, and nothing where there is none. */
export function listed(all: readonly string[]): string[] | undefined {
  return all.length === 0 ? undefined : [...new Set(all)];
}

/** Terraform expression that changes when one of the containers (Terraform addresses) is replaced. */
export function digestOf(addressList: readonly string[]): string {
  return digest([...new Set(addressList)].map((address) => `\${${address}.id}`));
}
