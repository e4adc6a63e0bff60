import type { ContainerPatterns } from '../../model/stack/observed-platform';

/** First part of all control groups of this library; systemd puts those of all stacks below it. */
const PREFIX = 'dockerconstructs';
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

/** Returns the patterns of the control groups of a stack's containers, as metrics of the kernel name them. */
export function controlGroups(stack: string): ContainerPatterns {
  return {
    all: `.*/${escaped(`${PREFIX}-${dotted(stack)}-`)}[a-z0-9.]+[.]slice/${CONTAINER}`,
    of: (hostname) => `.*/${escaped(controlGroup(stack, hostname))}/.*`,
  };
}

function dotted(name: string): string {
  return name.replaceAll('-', '.');
}

function escaped(text: string): string {
  return text.replaceAll('.', '[.]');
}
