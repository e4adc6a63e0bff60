import type { Secret } from '../../model/secrets/secret';
import { stackContext } from '../../model/stack/stack-context';

/**
 * Digits in a login name. With them a name is still shorter than PostgreSQL's limit, because the longer name of the
 * secret is limited too.
 */
const DIGITS = 6;

/**
 * Returns the login for a password: `<role>_<first 6 hex digits of the password's fingerprint>`, or `<role>` while
 * there is no password. A new password gets a new login, and an old password keeps its own. Both versions of a
 * program can therefore log in while one replaces the other.
 */
export function loginName(role: string, password: Secret): string {
  const { secretStore } = stackContext(password);
  // Synthesis opens encrypted values later, and reports failures; the name must be that of the deployed value.
  secretStore.decryptMissing([password.name]);
  if (!secretStore.has(password.name)) return role;
  return `${role}_${secretStore.fingerprint(password.name).slice(0, DIGITS)}`;
}
