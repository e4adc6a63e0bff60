import { existsSync } from 'node:fs';
import type { Manifest } from '../../model/stack/manifest';
import { assertSafeForSecrets } from '../../model/secrets/secret-directory';
import { ConfigurationError, redacted } from '../../values';
import { inspectSecrets, isUnfilled, storeOf } from './secret-states';
import type { Session } from '../terraform/session';

/** Returns a session that prints no value of the stacks' secrets, in any quoting. */
export function withoutSecrets(stacks: readonly { readonly manifest?: Manifest }[], session: Session): Session {
  const redactors = stacks.flatMap(({ manifest }) =>
    manifest === undefined ? [] : [storeOf(manifest).redactor(manifest.secrets.map(({ name }) => name))],
  );
  const variables = Object.entries(session.environment).filter(([name]) => name.startsWith('TF_VAR_'));
  const passwords = variables.map(([, value = '']) => Buffer.from(value));
  const clean = (text: string): string =>
    redactors.reduce((rest, redactor) => redactor(rest), redacted(text, passwords));
  return { ...session, print: (line) => session.print(clean(line)), warn: (line) => session.warn(clean(line)) };
}

/**
 * Refuses to continue while a commit could publish the values of a stack. Each command checks it, because a line of
 * `.gitignore` can be lost while no command writes values.
 */
export function refuseExposedSecrets(
  stacks: readonly { readonly manifest?: Pick<Manifest, 'secretsDirectory'> }[],
): void {
  const directories = stacks.flatMap(({ manifest }) => manifest?.secretsDirectory ?? []);
  directories.filter((directory) => existsSync(directory)).forEach(assertSafeForSecrets);
}

/**
 * Refuses stacks whose deploy would find secrets without a value.
 *
 * @throws ConfigurationError that names them, and the command that creates them
 */
export function refuseMissingSecrets(stacks: readonly { readonly manifest?: Manifest }[], session: Session): void {
  const manifests = stacks.flatMap(({ manifest }) => manifest ?? []);
  const problems = manifests.flatMap((manifest) => missingSecrets(manifest, session.call('secrets')) ?? []);
  if (problems.length > 0) throw new ConfigurationError(undefined, problems.join('\n'));
}

function missingSecrets(manifest: Manifest, command: string): string | undefined {
  const missing = inspectSecrets(manifest, storeOf(manifest)).filter(isUnfilled);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ secret }) => secret.name).join(', ');
  return `${manifest.stack} has secrets without a value: ${names}; see: ${command} ${manifest.stack}`;
}
