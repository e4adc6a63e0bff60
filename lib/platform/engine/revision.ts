import { stackContext } from '../../model/stack/stack-context';
import { contentHash } from '../../values';
import type { Membership } from '../../model/workload/workload-parts';
import type { RevisionTriggers } from './claim';
import type { EngineWorkload } from './workload';
import { engineObservation } from './observation';
import { startWrapper } from '../shared/start-wrapper';
import { tokensOf, withoutTokens } from '../shared/terraform-text';
import { hostPath, sortedNetworks } from './blocks';
import { filesFingerprint } from './files';

/**
 * Returns the inputs of a revision: all facts about the containers, as one hash, and all facts that only the engine
 * knows (ids of images and networks), as references. The engine ignores later changes to health checks, tmpfs, mounts
 * and CPU quotas; a new revision never does.
 */
export function revisionTriggers(workload: EngineWorkload): RevisionTriggers {
  const networks = sortedNetworks(workload);
  const description = describe(workload, networks);
  const references = tokensOf(description);
  return {
    revision: contentHash(withoutTokens(description)),
    image: workload.image.id,
    networks: networks.map(({ network }) => network.reference),
    ...(references.length > 0 ? { references } : {}),
  };
}

/** Returns the labels that the program states: those of the service override those of the environment. */
export function labelsOf(workload: EngineWorkload): Readonly<Record<string, string>> {
  return { ...stackContext(workload).environment.labels, ...workload.spec.labels };
}

/** Returns all facts about the containers as text, independent of the order in which they were stated. */
function describe(workload: EngineWorkload, networks: readonly Membership[]): string {
  const { spec } = workload;
  return JSON.stringify({
    image: workload.image.identity,
    container: workload.draft,
    ports: spec.ports,
    labels: labelsOf(workload),
    owned: spec.ownedPaths,
    environment: workload.variables.entries(),
    exports: [...workload.secretExports].map(([key, secret]) => [key, secret.name]),
    wrapper: startWrapper(workload)?.entrypoint,
    mounts: [
      ...workload.volumeMounts.map((mount) => [mount.path, mount.volume.spec.name, mount.readOnly]),
      ...workload.bindMounts.map((mount) => [mount.path, hostPath(workload, mount.source).text, mount.readOnly]),
    ].sort(byFirst),
    networks: networks.map(({ network, aliases }) => [network.spec.name, [...aliases].sort()]),
    content: filesFingerprint(workload),
    ...engineObservation(workload),
    overrides: [...new Set(workload.containers.map((container) => container.overrides))],
  });
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
