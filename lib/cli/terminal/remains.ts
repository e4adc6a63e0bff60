import { relative } from 'node:path';
import type { EngineView } from '../repair/engine-view';
import type { SynthesizedStack } from '../project/synthesized-stack';
import { textTable } from './text-table';

/** One thing that a destroy does not remove. */
export interface Remnant {
  readonly what: string;
  /** Command that removes it; '-' if it does not belong to the stack. */
  readonly command: string;
}

interface ContainerResource {
  readonly volumes?: readonly {
    readonly volume_name?: string;
    readonly host_path?: string;
    readonly read_only?: boolean;
  }[];
  readonly networks_advanced?: readonly { readonly name?: string }[];
}

interface ImageResource {
  readonly name?: string;
  readonly keep_locally?: boolean;
}

/**
 * Returns the existing things that a destroy of a stack leaves, because no plan removes them.
 *
 * @param directory - folder that paths are shown relative to
 */
export async function remnantsOf(
  stack: SynthesizedStack,
  engine: EngineView,
  directory: string,
): Promise<readonly Remnant[]> {
  const volumes = await keptVolumes(stack, engine);
  const images = await keptImages(stack, engine);
  const secrets = stack.manifest?.secrets.length ? [relative(directory, stack.manifest.secretsDirectory)] : [];
  return [
    ...volumes.map((name) => ({ what: `volume ${name}`, command: `docker volume rm ${name}` })),
    ...images.map((name) => ({ what: `image ${name}`, command: `docker image rm ${name}` })),
    ...foreignNetworks(stack).map((name) => ({ what: `network ${name}, not of this stack`, command: '-' })),
    ...hostDirectories(stack).map((path) => ({ what: `directory ${path} of the engine's host`, command: '-' })),
    ...secrets.map((folder) => ({ what: `secrets in ${folder}`, command: `rm -r ${folder}` })),
  ];
}

/** Returns a text about the things that a destroy leaves; '' if there are none. */
export function remnantsTable(remnants: readonly Remnant[]): string {
  if (remnants.length === 0) return '';
  return textTable([['THIS STAYS', 'TO REMOVE IT'], ...remnants.map(({ what, command }) => [what, command])]);
}

/** Returns mounted volumes that are not resources, those of earlier restores, and those that a restore has replaced. */
async function keptVolumes(stack: SynthesizedStack, engine: EngineView): Promise<readonly string[]> {
  const mounted = containersOf(stack).flatMap(({ volumes = [] }) =>
    volumes.flatMap(({ volume_name: name }) => name ?? []),
  );
  const declared = stack.manifest?.backups.map(({ volume }) => volume.declared) ?? [];
  const removed = namesOf(stack, 'docker_volume');
  const wanted = [...mounted.filter(isLiteral), ...declared].filter((name) => !removed.includes(name));
  const present = await engine.volumes();
  const restored = (await engine.restoredVolumes()).filter((name) => !removed.includes(name));
  return unique([...wanted.filter((name) => present.includes(name)), ...restored]);
}

/** Returns images. Pulled ones stay for other stacks; built ones stay in environments with kept data. */
async function keptImages(stack: SynthesizedStack, engine: EngineView): Promise<readonly string[]> {
  const resources = Object.values(stack.document.resource?.docker_image ?? {}) as readonly ImageResource[];
  const kept = resources.filter(({ keep_locally: isKept }) => isKept === true);
  const present: string[] = [];
  for (const { name = '' } of kept) if (await engine.hasImage(name)) present.push(name);
  const removed = resources.filter((one) => !kept.includes(one)).map(({ name }) => name);
  const built = (await engine.builtImages()).filter((name) => !removed.includes(name));
  return unique([...present, ...built]);
}

function foreignNetworks(stack: SynthesizedStack): readonly string[] {
  const own = namesOf(stack, 'docker_network');
  const joined = containersOf(stack).flatMap(({ networks_advanced: all = [] }) =>
    all.flatMap(({ name }) => name ?? []),
  );
  return unique(joined.filter((name) => isLiteral(name) && !own.includes(name)));
}

function hostDirectories(stack: SynthesizedStack): readonly string[] {
  const mounts = containersOf(stack).flatMap(({ volumes = [] }) => volumes);
  return unique(
    mounts.flatMap(({ host_path: path, read_only: isReadOnly }) =>
      path === undefined || isReadOnly === true ? [] : [path],
    ),
  );
}

function containersOf({ document }: SynthesizedStack): readonly ContainerResource[] {
  return Object.values(document.resource?.docker_container ?? {}) as readonly ContainerResource[];
}

function namesOf({ document }: SynthesizedStack, type: string): readonly string[] {
  const all = Object.values(document.resource?.[type] ?? {}) as readonly { readonly name?: string }[];
  return all.flatMap(({ name }) => name ?? []);
}

function isLiteral(name: string): boolean {
  return !name.includes('${');
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
