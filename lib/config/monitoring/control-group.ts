import type { Relabelling } from '../../values';

/** The first part of all control groups of this library, below which systemd puts those of all stacks. */
const PREFIX = 'dockerconstructs';
/** Nobody asks for it, and it is two thirds of all there is. */
const UNASKED =
  'container_(?:cpu_cfs_burst|creation|health|memory_(?:events|fail|file|kernel|max|pg|swap|workingset)|spec_cpu_shares|spec_memory_(?:reservation|swap)).*';
/** Of a container; systemd writes more around its id than the engine does by itself. */
const CONTAINER = '(?:docker-)?([0-9a-f]{12})[0-9a-f]{52}(?:[.]scope)?';

/**
 * Name of the control group above those of a service's containers, by which their use is known as the service's.
 *
 * It ends in ".slice", without which systemd refuses it. A "-" in it would be a level of its own to systemd, so those in the
 * names are dots, which no name of a stack or a host has.
 */
export function controlGroup(stack: string, hostname: string): string {
  return `${PREFIX}-${dotted(stack)}-${dotted(hostname)}.slice`;
}

/**
 * Leaves out what is not of this stack, and tells what is by `service`, the name on the network, and `container`, the first
 * twelve digits of its id. What is known of no container, such as the memory of cAdvisor itself, stays.
 */
export function containerLabels(stack: string, hostnames: readonly string[]): readonly Relabelling[] {
  const ours = `.*/${escaped(`${PREFIX}-${dotted(stack)}-`)}[a-z0-9.]+[.]slice/${CONTAINER}`;
  return [
    { action: 'drop', source: ['__name__'], pattern: UNASKED },
    { action: 'keep', source: ['id'], pattern: `|${ours}` },
    { action: 'replace', source: ['id'], pattern: ours, label: 'container', text: '$1' },
    // Of the target, which is cAdvisor.
    { action: 'replace', source: ['id'], pattern: ours, label: 'version', text: '' },
    ...hostnames.map((hostname) => ({
      action: 'replace' as const,
      source: ['id'],
      pattern: `.*/${escaped(controlGroup(stack, hostname))}/.*`,
      label: 'service',
      text: hostname,
    })),
  ];
}

function dotted(name: string): string {
  return name.replaceAll('-', '.');
}

function escaped(text: string): string {
  return text.replaceAll('.', '[.]');
}
