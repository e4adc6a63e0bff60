import { contentHash } from '../values';
import type { ClaimTriggers } from './claim';
import { networkId } from './engine-network';
import type { EngineWorkload } from './engine-workload';
import { tokensOf, withoutTokens } from './terraform-text';
import { filesFingerprint } from './workload-files';

/**
 * What makes a new revision: everything we say about the containers, as one hash, and everything only the engine
 * knows (ids of images and networks), as references. The engine ignores later changes to health checks, tmpfs, mounts
 * and CPU quotas; a new revision never does.
 */
export function claimTriggers(workload: EngineWorkload): ClaimTriggers {
  const networks = [...workload.networks].sort((a, b) => (a.network.spec.name < b.network.spec.name ? -1 : 1));
  const description = describe(workload);
  const references = tokensOf(description);
  return {
    revision: contentHash(withoutTokens(description)),
    image: workload.image.id,
    networks: networks.map(({ network }) => networkId(network)),
    ...(references.length > 0 ? { references } : {}),
    ...(workload.spec.kind === 'job' ? { after: workload.predecessorContainers().map(({ id }) => id) } : {}),
  };
}

/** Everything that is said about the containers, as text. */
function describe(workload: EngineWorkload): string {
  const { spec } = workload;
  return JSON.stringify({
    image: workload.image.identity,
    container: workload.draft,
    ports: spec.ports,
    labels: spec.labels,
    owned: spec.ownedPaths,
    environment: workload.environment.entries(),
    exports: [...workload.secretExports].map(([key, secret]) => [key, secret.name]),
    mounts: [
      ...workload.volumeMounts.map((mount) => [mount.volume.spec.name, mount.path, mount.readOnly]),
      ...workload.directoryMounts.map((mount) => ['directory', mount.path, mount.readOnly]),
    ],
    networks: workload.networks.map(({ network, aliases }) => [network.spec.name, aliases]),
    content: filesFingerprint(workload),
    overrides: [...new Set(workload.containers.map((container) => container.overrides))],
  });
}
