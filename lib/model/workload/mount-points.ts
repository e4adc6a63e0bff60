import { posix } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import { SECRETS_DIRECTORY } from '../secrets/secret';
import type { Workload } from './workload';

interface MountPoint {
  readonly path: string;
  readonly what: string;
}

/**
 * Refuses two mounts at the same path; the engine would refuse them only when the container is created. Files count as
 * a mount of their directory, because they arrive in a volume.
 */
export function assertMountPoints(workload: Workload): void {
  assertOwnedPaths(workload);
  const seen = new Map<string, string>();
  for (const { path: at, what } of mountPoints(workload)) {
    const known = seen.get(at);
    if (known !== undefined) {
      throw new ConfigurationError(workload, `${quote(at)} is the place of ${known} and of ${what}; move one of them`);
    }
    seen.set(at, what);
  }
}

/** Refuses an owner of a path without a volume, and one without a user. */
function assertOwnedPaths(workload: Workload): void {
  const { ownedPaths, user } = workload.spec;
  const stray = ownedPaths.find((owned) => !workload.volumeMounts.some((mount) => mount.path === owned));
  if (stray !== undefined) {
    throw new ConfigurationError(
      workload,
      `owned path ${quote(stray)} is not the place of a volume; mount one there, or leave it out`,
    );
  }
  if (ownedPaths.length > 0 && user === undefined) {
    throw new ConfigurationError(workload, `nobody to own ${quote(ownedPaths[0])}; state \`user\`, or leave it out`);
  }
}

function mountPoints(workload: Workload): readonly MountPoint[] {
  const directories = new Set(workload.configFiles.map((file) => posix.dirname(file.path)));
  return [
    ...workload.spec.tmpfs.map((one) => ({ path: one.path, what: 'a temporary directory' })),
    ...workload.volumeMounts.map((mount) => ({ path: mount.path, what: `volume ${mount.volume.spec.name}` })),
    ...workload.bindMounts.map((mount) => ({ path: mount.path, what: 'a directory of the host' })),
    ...workload.reloadableConfigs.map((config) => ({ path: config.directory, what: `the file ${config.fileName}` })),
    ...[...directories].map((directory) => ({ path: directory, what: 'files (`addFile`)' })),
    ...(workload.secrets.length > 0 ? [{ path: SECRETS_DIRECTORY, what: 'secrets' }] : []),
  ];
}
