import type { Container, ContainerConfig } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import type { HealthCheck } from '../../values';
import type { TmpfsMount, WorkloadSpec } from '../../model/workload/workload-spec';
import { cpuLimits } from './cpu-limits';
import type { EngineOptions } from './options';
import { EngineContainer } from './resources';
import { digest, shortened } from '../shared/terraform-text';

/** The part of a container that the spec determines. */
export type SpecDraft = Omit<Draft, 'name' | 'image'>;

export type Draft = { -readonly [Key in keyof Omit<ContainerConfig, 'lifecycle'>]: ContainerConfig[Key] };

/** Returns the part of a container that follows from the spec alone, hardened. */
export function containerDraft(spec: WorkloadSpec, options: EngineOptions): SpecDraft {
  const graceSeconds = Math.max(1, Math.ceil(spec.stopGracePeriod.toMillis() / 1000));
  const memory = spec.memory.toMebibytes();
  return {
    hostname: spec.hostname,
    entrypoint: spec.entrypoint && [...spec.entrypoint],
    command: spec.command && [...spec.command],
    user: spec.user,
    workingDir: spec.workingDirectory,
    readOnly: spec.readOnlyRootFilesystem,
    tmpfs: tmpfs(spec.tmpfs),
    capabilities: { drop: ['ALL'], add: capabilityNames(spec.capabilities) },
    securityOpts: ['no-new-privileges:true'],
    memory,
    memorySwap: options.swapAccounting === false ? -1 : memory,
    ...cpuLimits(spec.cpus),
    ulimit: ulimits(spec.ulimits),
    shmSize: spec.shmSize?.toMebibytes(),
    healthcheck: spec.healthCheck === undefined ? undefined : healthcheck(spec.healthCheck),
    sysctls: spec.sysctls === undefined ? undefined : { ...spec.sysctls },
    stopSignal: spec.stopSignal,
    stopTimeout: graceSeconds,
    destroyGraceSeconds: graceSeconds,
    // Process 1 that forwards signals and reaps children.
    init: true,
    // Not `unless-stopped`: a container counts as stopped if the engine sent it any signal, or if the engine crashed
    // before
    // it did. It would not come back.
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

function tmpfs(directories: readonly TmpfsMount[]): Record<string, string> | undefined {
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

/** Returns the limits sorted, so that the order in which they were stated makes no difference. */
function ulimits(limits: WorkloadSpec['ulimits']): ContainerConfig['ulimit'] {
  if (limits === undefined || limits.length === 0) return undefined;
  return [...limits]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, soft, hard }) => ({ name, soft: soft ?? hard, hard }));
}

/** Returns canonical names, sorted: any other spelling is replaced at every plan. */
function capabilityNames(names: readonly string[]): string[] | undefined {
  if (names.length === 0) return undefined;
  return [...new Set(names.map((name) => `CAP_${name.toUpperCase().replace(/^CAP_/, '')}`))].sort();
}

/**
 * Returns a container with a readable address in plans. Its name has a suffix that is new for each creation. After a
 * failed creation, the next container is created before the old one is removed, and a fixed name would be taken.
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
 * Returns the attributes to ignore. The engine lists the addresses of a port in its own order, and another order would
 * be a difference. A port that we change is part of the revision, which replaces the container anyway.
 */
function orderOfPorts({ ports }: Draft): readonly string[] {
  const inner = Array.isArray(ports) ? ports.map(({ internal, protocol }) => `${internal}/${protocol}`) : [];
  return new Set(inner).size < inner.length ? ['ports'] : [];
}

/** Returns a container that is never started: it carries files into volumes. */
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

/** Returns the Terraform addresses of containers. */
export function addresses(containers: readonly (Container | undefined)[]): readonly string[] {
  return containers.flatMap((container) =>
    container === undefined ? [] : [`${container.terraformResourceType}.${container.friendlyUniqueId}`],
  );
}

/** Returns each address once for `depends_on`, or undefined for none. */
export function listed(all: readonly string[]): string[] | undefined {
  return all.length === 0 ? undefined : [...new Set(all)];
}

/** Returns a Terraform expression that changes when one of the containers (Terraform addresses) is replaced. */
export function digestOf(addressList: readonly string[]): string {
  return digest([...new Set(addressList)].map((address) => `\${${address}.id}`));
}
