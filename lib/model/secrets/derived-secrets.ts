import { existsSync, readFileSync } from 'node:fs';
import { Annotations } from 'cdktf';
import { ConfigurationError, quote } from '../../values';
import type { Secret } from './secret';
import { usesOf } from './secret-use';
import type { StackContext } from '../stack/stack-context';

/** Environment variable that stops a synthesis from deriving values from others. */
export const WITHOUT_VALUES_VARIABLE = 'DOCKER_CONSTRUCTS_WITHOUT_VALUES';

/**
 * Updates the derived values: encrypted files are opened where this machine can, files are copied in, URLs are
 * composed, passwords hashed. A missing value stays missing; the plan of the stack says so.
 */
export function fillDerivedSecrets(context: StackContext): void {
  const { root, secrets, secretStore } = context;
  for (const { reason } of secretStore.decryptMissing(secrets.map((secret) => secret.name))) {
    if (reason !== undefined) Annotations.of(root).addWarning(reason);
  }
  // A command that replaces a value must not fail because of the old value.
  if (process.env[WITHOUT_VALUES_VARIABLE] !== undefined) return;
  const uses = usesOf(context);
  for (const { name } of secrets) secretStore.assertUsable(name, uses(name));
  for (const secret of secrets) fill(secret, secretStore);
}

function fill(secret: Secret, store: StackContext['secretStore']): void {
  const { parts, source, file } = secret.props;
  if (secret.origin === 'derived' && parts !== undefined) {
    store.compose(
      secret.name,
      parts.map((part) => (typeof part === 'string' ? part : { secret: part.secret.name, encode: part.encode })),
    );
  }
  if (secret.origin === 'bcrypt' && source !== undefined) store.composeBcrypt(secret.name, source.name);
  if (secret.origin === 'file' && file !== undefined && existsSync(file)) {
    store.compose(secret.name, [contentOf(secret, file)]);
  }
}

function contentOf(secret: Secret, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(
      secret,
      `cannot read ${quote(file)} (${code}), which holds the value; name a file that this user may read`,
    );
  }
}
