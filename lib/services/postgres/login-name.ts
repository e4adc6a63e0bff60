import type { Secret } from '../../model/secret';
import { stackContext } from '../../model/stack-context';

/** With them a name is still shorter than PostgreSQL's longest, because the longer name of the secret is limited too. */
const DIGITS = 6;

/**
 * One login for each password: `<role>_<first 6 hex digits of the password's fingerprint>`, and just `<role>` while
 * there is no password. So a new password makes a new login beside the old one, and an old password names its own
 * again. Both versions of a program can log in while one replaces the other.
 */
export function loginName(role: string, password: Secret): string {
  const { secretStore } = stackContext(password);
  // Synthesis opens encrypted values later, and reports those it cannot; the name must be that of the deployed value.
  secretStore.decryptMissing([password.name]);
  if (!secretStore.has(password.name)) return role;
  return `${role}_${secretStore.fingerprint(password.name).slice(0, DIGITS)}`;
}
