import { join } from 'node:path';
import { isUnfilled, SecretsManifest, SecretStatus } from './secret-states';
import { textTable } from '../terminal/text-table';

/**
 * Returns the output of the `secrets` command: a table, then the remaining steps. It contains no values.
 *
 * @param command - the user's command, as in 'npm run secrets --'
 */
export function secretsReport(manifest: SecretsManifest, statuses: readonly SecretStatus[], command: string): string {
  if (statuses.length === 0) return `${manifest.stack} needs no secrets.\n`;
  const sections = [
    `Secrets of ${manifest.stack}, in ${manifest.secretsDirectory}`,
    table(statuses),
    lockedSection(statuses),
    missingSection(manifest, statuses, command),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function table(statuses: readonly SecretStatus[]): string {
  const rows = statuses.map(({ secret, state }) => [
    secret.name,
    state,
    secret.consumers.join(', ') || '-',
    secret.description,
  ]);
  return textTable([['NAME', 'STATE', 'USED BY', 'WHAT IT IS'], ...rows]);
}

function lockedSection(statuses: readonly SecretStatus[]): string {
  const locked = statuses.filter(({ state }) => state === 'locked');
  return locked.map(({ secret, reason }) => `${secret.name} is locked: ${reason}`).join('\n');
}

function missingSection(manifest: SecretsManifest, statuses: readonly SecretStatus[], command: string): string {
  const missing = statuses.filter(({ state }) => state === 'missing');
  const own = missing.filter(({ secret }) => secret.origin === 'generated');
  const supplied = missing.filter(({ secret }) => secret.origin === 'supplied');
  const sections = [
    own.length > 0 ? `To generate what is missing: ${command} ${manifest.stack}` : '',
    ...supplied.map(({ secret }) => howToSupply(manifest, secret.name, command)),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function howToSupply({ stack, secretsDirectory }: SecretsManifest, name: string, command: string): string {
  const file = join(secretsDirectory, name);
  return [
    `${name} is known only to you. With the value in the shell variable VALUE, either`,
    `  printf %s "$VALUE" | ${command} ${stack} --set ${name}`,
    `  (umask 077; printf %s "$VALUE" > '${file}')`,
  ].join('\n');
}

/** Returns one line that says whether a deploy will find every value. */
export function checkLine(manifest: SecretsManifest, statuses: readonly SecretStatus[]): string {
  const unfilled = statuses.filter(isUnfilled).length;
  if (unfilled === 0) return `${manifest.stack}: every secret has a value.\n`;
  return `${manifest.stack}: ${unfilled} of ${statuses.length} secrets without a value.\n`;
}
