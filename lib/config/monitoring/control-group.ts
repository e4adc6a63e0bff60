import type { Relabelling } from '../../values';

/** First part of all control groups of this library; systemd puts those of all stacks below it. */
const PREFIX = 'dockerconstructs';
/** Metrics that no rule or dashboard uses, two thirds of all. */
const UNASKED =
  'container_(?:cpu_cfs_burst|creation|health|memory_(?:events|fail|file|kernel|max|pg|swap|workingset)|spec_cpu_shares|spec_memory_(?:reservation|swap)).*';
/** Pattern of a container's group; systemd adds text around the id that the engine by itself does not. */
const CONTAINER = '(?:docker-)?([0-9a-f]{12})[0-9a-f]{52}(?:[.]scope)?';

/**
 * Returns the name of the control group above those of a service's containers, by which their use is known as the
 * service's.
 *
 * It ends in ".slice", because systemd refuses other names. systemd reads a "-" in it as a level, so those in the
 * names become dots, which no name of a stack or a host has.
 */
export function controlGroup(stack: string, hostname: string): string {
  return `${PREFIX}-${dotted(stack)}-${dotted(hostname)}.slice`;
}

/**
 * Returns the steps that drop metrics of other stacks and add two labels. `service` is the name on the network, and
 * `container` the first twelve digits of its id. Metrics without a container, such as cAdvisor's own memory, stay.
 */
export function containerLabels(stack: string, hostnames: readonly string[]): readonly Relabelling[] {
  const ours = `.*/${escaped(`${PREFIX}-${dotted(stack)}-`)}[a-z0-9.]+[.]slice/${CONTAINER}`;
  return [
    { action: 'drop', source: ['__name__'], pattern: UNASKED },
    { action: 'keep', source: ['id'], pattern: `|${ours}` },
    { action: 'replace', source: ['id'], pattern: ours, label: 'container', text: '$1' },
    // Label of the target, which is cAdvisor.
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
