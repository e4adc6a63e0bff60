import { resolve } from 'node:path';
import type { ContainerNetworksAdvanced, ContainerPorts, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { ipAddresses } from '../../model/workload/host-address';
import { pathFromStack } from '../../model/stack/stack-paths';
import { inProject } from './host';
import type { Workload } from '../../model/workload/workload';
import type { Membership } from '../../model/workload/workload-parts';
import type { WorkloadSpec } from '../../model/workload/workload-spec';
import { expression, literal } from '../shared/terraform-text';

/** Returns the networks by name, so that the order in which they were joined makes no difference. */
export function sortedNetworks(workload: Workload): Membership[] {
  return [...workload.networks].sort((a, b) => (a.network.spec.name < b.network.spec.name ? -1 : 1));
}

/** Returns the networks by id. */
export function membershipBlocks(workload: Workload): ContainerNetworksAdvanced[] {
  return sortedNetworks(workload).map(({ network, aliases }) => ({
    name: network.reference,
    aliases: aliases.length > 0 ? [...aliases] : undefined,
  }));
}

export function mountBlocks(workload: Workload): ContainerVolumes[] {
  const volumes = workload.volumeMounts.map(({ volume, path: containerPath, readOnly }) => ({
    volumeName: volume.reference,
    containerPath,
    readOnly,
  }));
  const directories = workload.bindMounts.map(({ source, path: containerPath, readOnly }) => ({
    hostPath: hostPath(workload, source).reference,
    containerPath,
    readOnly,
  }));
  return [...volumes, ...directories];
}

interface HostPath {
  /** Text that is the same on every machine. */
  readonly text: string;
  readonly reference: string;
}

/**
 * Returns the path of a directory. Those below the project are relative to the stack's folder and made absolute by
 * Terraform, so that the document is the same on every machine. Others stay as they are.
 */
export function hostPath(workload: Workload, source: string): HostPath {
  const absolute = resolve(source);
  if (!inProject(absolute)) return { text: absolute, reference: absolute };
  const path = literal(pathFromStack(workload, absolute)).slice(1);
  const text = `\${abspath("\${path.root}/${path})}`;
  return { text, reference: expression(text) };
}

/** Returns the ports sorted by inner port, then protocol: any other order is a difference at the next plan. */
export function portBlocks(spec: WorkloadSpec): ContainerPorts[] {
  return [...spec.ports]
    .sort((a, b) => a.container - b.container || (a.protocol < b.protocol ? -1 : 1))
    .flatMap(({ container: internal, host: external, address, protocol }) =>
      ipAddresses(address).map((ip) => ({ internal, external, ip, protocol })),
    );
}
