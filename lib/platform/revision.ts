import { contentHash } from '../values';
import type { ClaimTriggers } from './claim';
import { networkId } from './engine-network';
import type { EngineWorkload } from './engine-workload';
import { withoutTokens } from './terraform-text';
import { filesFingerprint } from './workload-files';

/**
 * What makes a new revision: everything we say about the containers, as one hash, and everything only the engine
 * knows (ids of images and networks), as references. The engine ignores later changes to health checks, tmpfs, mounts
 * and CPU quotas; a new revision never does.
 */
export function claimTriggers(workload: EngineWorkload): ClaimTriggers {
  const networks = [...workload.networks].sort((a, b) => (a.network.spec.name < b.network.spec.name ? -1 : 1));
  return {
    revision: revisionOf(workload),
    image: workload.image.id,
    networks: networks.map(({ network }) => networkId(network)),
    ...(workload.spec.kind === 'job'
      ? { after: workload.predecessorContainers().map((container) => container.id) }
      : {}),
  };
}

function revisionOf(workload: EngineWorkload): string {
  const { spec } = workload;
  return contentHash({
    image: workload.image.identity,
    start: [spec.entrypoint ?? null, spec.command ?? null, [...workload.secretExports.keys()]],
    process: [
      spec.user ?? null,
      spec.workingDirectory ?? null,
      spec.init,
      spec.stopSignal ?? null,
      spec.stopGrace.toMillis(),
    ],
    files: [
      spec.readOnlyRoot,
      spec.temporaryDirectories.map((one) => [one.path, one.size?.toBytes() ?? 0, one.mode ?? '']),
    ],
    limits: [spec.capabilities, spec.memory.toBytes(), spec.cpus.toQuota().quota, spec.sharedMemory?.toBytes() ?? 0],
    health:
      spec.healthCheck === undefined
        ? null
        : [
            spec.healthCheck.test,
            spec.healthCheck.interval.toMillis(),
            spec.healthCheck.timeout.toMillis(),
            spec.healthCheck.retries,
            spec.healthCheck.startPeriod.toMillis(),
          ],
    logs: [spec.logs.maxSize.toBytes(), spec.logs.maxFiles],
    ports: spec.ports.map((port) => [port.container, port.host, port.address, port.protocol]),
    labels: { ...spec.labels },
    environment: workload.environment.entries().map(([key, value]) => [key, withoutTokens(value)]),
    mounts: [
      ...workload.volumeMounts.map((mount) => [mount.volume.spec.name, mount.path, mount.readOnly]),
      ...workload.directoryMounts.map((mount) => ['directory', mount.path, mount.readOnly]),
    ],
    networks: workload.networks.map(({ network, aliases }) => [network.spec.name, aliases]),
    content: filesFingerprint(workload),
    owned: spec.ownedPaths,
    overrides: [...new Set(workload.containers.map((container) => withoutTokens(container.overrides)))],
  });
}
