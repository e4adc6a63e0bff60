import { contentHash } from '../values';
import type { Membership } from '../model/workload';
import { Claim } from './claim';
import type { EngineWorkload } from './engine-workload';
import { hasPreparation } from './preparation';
import { digest, tokensOf, withoutTokens } from './terraform-text';
import { hostPath, sortedNetworks } from './workload-blocks';
import { filesFingerprint } from './workload-files';

/** Values that end a revision when they change. */
export interface Triggers {
  readonly revision: string;
  readonly image: string;
  readonly networks: readonly string[];
  readonly references?: readonly string[];
}

/** Terraform expression for the label that all containers of a revision have, and those of the next have not. */
export function renderRevision(workload: EngineWorkload): string {
  const triggers = revisionTriggers(workload);
  const { revision, image, networks, references = [] } = triggers;
  if (!hasPreparation(workload)) return digest([`"${revision}"`, image, ...networks, ...references]);
  return new Claim(workload, 'Claim', `${workload.spec.hostname}-revision`, triggers).suffix;
}

/**
 * What makes a new revision: everything we say about the containers, as one hash, and everything only the engine
 * knows (ids of images and networks), as references. The engine ignores later changes to health checks, tmpfs, mounts
 * and CPU quotas; a new revision never does.
 */
function revisionTriggers(workload: EngineWorkload): Triggers {
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

/** Everything that is said about the containers, as text; the order in which it was said does not count. */
function describe(workload: EngineWorkload, networks: readonly Membership[]): string {
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
      ...workload.volumeMounts.map((mount) => [mount.path, mount.volume.spec.name, mount.readOnly]),
      ...workload.directoryMounts.map((mount) => [mount.path, hostPath(workload, mount.source), mount.readOnly]),
    ].sort(byFirst),
    networks: networks.map(({ network, aliases }) => [network.spec.name, [...aliases].sort()]),
    content: filesFingerprint(workload),
    overrides: [...new Set(workload.containers.map((container) => container.overrides))],
  });
}

function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}
