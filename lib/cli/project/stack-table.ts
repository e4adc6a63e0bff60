import { relative } from 'node:path';
import type { Manifest, ManifestService } from '../../model/stack/manifest';
import type { SynthesizedStack } from './synthesized-stack';
import { textTable } from '../terminal/text-table';

const HEADER = ['SERVICE', 'KIND', 'IMAGE', 'NETWORKS', 'HOST PORTS', 'LIMITS', 'REPLACED BY'];
const BUILT = 'built from ';

/**
 * Returns a stack's contents: a table of its services, then its resources by kind.
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
    service.replicas === 1 ? service.kind : `${service.replicas} of ${service.kind}`,
    imageCell(service.image, directory),
    service.networks.join(', '),
    service.ports.map((port) => port.replace('/tcp', '')).join(', ') || '-',
    `${service.memory}, ${service.cpus} CPU`,
    service.replacement,
  ];
}

function imageCell(image: string, directory: string): string {
  if (!image.startsWith(BUILT)) return image;
  return `./${relative(directory, image.slice(BUILT.length))}`;
}
