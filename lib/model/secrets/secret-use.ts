import type { Secret } from './secret';
import { assertOneLine, assertVariable, bcryptPassword } from './secret-derivation';
import type { StackContext } from '../stack/stack-context';

/** A use that not every value is fit for: a part of a URL, a password that is hashed, an environment variable. */
export type SecretUse = 'uri' | 'bcrypt' | 'variable';

/** Returns the uses of a stack's secrets, by the secret's name. */
export function usesOf({
  secrets,
  services,
}: Pick<StackContext, 'secrets' | 'services'>): (name: string) => SecretUse[] {
  const exported = services.flatMap(({ workload }) => [...workload.secretExports.values()].map(({ name }) => name));
  return (name) => [
    ...(secrets.some((secret) => isUriPart(secret, name)) ? ['uri' as const] : []),
    ...(secrets.some(({ props }) => props.source?.name === name) ? ['bcrypt' as const] : []),
    ...(exported.includes(name) ? ['variable' as const] : []),
  ];
}

function isUriPart({ props }: Secret, name: string): boolean {
  return (props.parts ?? []).some(
    (part) => typeof part !== 'string' && part.secret.name === name && part.encode === 'uri',
  );
}

/**
 * Checks a value before it is written, by the rules that apply when it is read.
 *
 * @throws ConfigurationError for a value that one of its uses cannot hold
 */
export function assertUsable(name: string, value: Buffer, uses: readonly SecretUse[]): void {
  if (uses.includes('uri')) assertOneLine(name, value, 'put into a URL');
  if (uses.includes('bcrypt')) bcryptPassword(name, value);
  if (uses.includes('variable')) assertVariable(name, value);
}
