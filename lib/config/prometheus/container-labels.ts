import type { Relabelling } from '../../values';

/** Metrics that no rule or dashboard uses, two thirds of all. */
const UNASKED =
  'container_(?:cpu_cfs_burst|creation|health|memory_(?:events|fail|file|kernel|max|pg|swap|workingset)|spec_cpu_shares|spec_memory_(?:reservation|swap)).*';

/** Patterns of the label `id` of cAdvisor's metrics, for RE2. */
export interface ContainerIds {
  /** Pattern of all containers of the stack. Its only group is the short id of the container. */
  readonly all: string;
  /** Pattern of the containers of each service, by host name. */
  readonly services: Readonly<Record<string, string>>;
}

/**
 * Returns the steps that drop metrics of other stacks and add two labels. `service` is the name on the network, and
 * `container` the first twelve digits of its id. Metrics without a container, such as cAdvisor's own memory, stay.
 */
export function containerLabels({ all, services }: ContainerIds): readonly Relabelling[] {
  return [
    { action: 'drop', source: ['__name__'], pattern: UNASKED },
    { action: 'keep', source: ['id'], pattern: `|${all}` },
    { action: 'replace', source: ['id'], pattern: all, label: 'container', text: '$1' },
    // Label of the target, which is cAdvisor.
    { action: 'replace', source: ['id'], pattern: all, label: 'version', text: '' },
    ...Object.entries(services).map(([hostname, pattern]) => ({
      action: 'replace' as const,
      source: ['id'],
      pattern,
      label: 'service',
      text: hostname,
    })),
  ];
}
