import * as path from 'node:path';
import type { Manifest, ManifestService } from '../model/manifest';
import type { SynthesizedStack } from './synthesized-stack';
import { textTable } from './text-table';

const HEADER = ['SERVICE', 'RUNS AS', 'IMAGE', 'NETWORKS', 'PORTS ON THE HOST', 'LIMITS', 'NEW VERSION BY'];
const BUILT = 'built from ';

/**
 * What a stack consists of: a table of its services, then its resources by kind.
 *
 * @param directory - folder that paths are shown relative to
 */
export function stackTable({ document }: SynthesizedStack, manifest: Manifest, directory: string): string {
  const rows = manifest.services.map((service) => serviceRow(service, directory));
  const resources = Object.entries(document.resource ?? {}).map(
    ([type, instances]) => `${Object.keys(instances).length} ${type}`,
  );
  return `${textTable([HEADER, ...rows])}\n\nTerraform resources: ${resources.join(', ')}`;
}

function serviceRow(service: ManifestService, directory: string): readonly string[] {
  return [
    service.hostname,
    service.kind === 'job' ? 'job' : `${service.replicas} container${service.replicas === 1 ? '' : 's'}`,
    imageCell(service.image, directory),
    service.networks.join(', '),
    service.ports.map((port) => port.replace('->', ' -> ')).join(', ') || '-',
    `${service.memory}, ${service.cpus} CPU`,
    service.replacement,
  ];
}

function imageCell(image: string, directory: string): string {
  if (!image.startsWith(BUILT)) return image;
  return `${BUILT}${path.relative(directory, image.slice(BUILT.length)) || '.'}`;
}
