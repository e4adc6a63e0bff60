import { relative } from 'node:path';
import type { Manifest } from '../../model/stack/manifest';
import { Requirement, unmet } from './requirement';
import { stackTable } from './stack-table';
import type { SynthesizedStack } from './synthesized-stack';
import { textTable } from '../terminal/text-table';

/** Returns the report that replaces a deploy if a requirement is missing. */
export function dryRunReport(
  stack: SynthesizedStack,
  manifest: Manifest,
  requirements: readonly Requirement[],
  directory: string,
): string {
  const open = unmet(requirements);
  const sections = [
    `DRY RUN: ${stack.name} was synthesized, not deployed, for want of: ${open.map(({ name }) => name).join(', ')}`,
    `${stack.name} would be at ${manifest.urls.join(', ') || 'no address of this machine'}`,
    stackTable(stack, manifest, directory),
    secretsLine(manifest, directory),
    textTable([['NEEDED', 'STATE', 'WHAT WAS SEEN'], ...requirements.map(requirementRow)]),
    `To get what is missing:\n${open.flatMap(remedyLine).join('\n')}`,
    'Then run the same command again.',
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function secretsLine({ secrets, secretsDirectory }: Manifest, directory: string): string {
  if (secrets.length === 0) return '';
  const names = secrets.map(({ name }) => name).join(', ');
  return `Secrets, in ${relative(directory, secretsDirectory)}: ${names}`;
}

function requirementRow({ name, state, detail }: Requirement): readonly string[] {
  return [name, state, detail];
}

function remedyLine({ name, remedy }: Requirement): readonly string[] {
  return remedy === undefined ? [] : [`  ${name}: ${remedy}`];
}
