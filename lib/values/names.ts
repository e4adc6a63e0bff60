import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';

interface Rule {
  readonly pattern: RegExp;
  readonly maxLength: number;
  readonly expected: string;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';

const HOSTNAME: Rule = {
  pattern: new RegExp(`^${LABEL}$`),
  maxLength: 63,
  expected: 'lower-case letters, digits and inner "-"',
};

/** Rule for names of services, which also name Terraform's resources. */
const SERVICE: Rule = {
  ...HOSTNAME,
  pattern: new RegExp(`^(?=[a-z])${LABEL}$`),
  expected: `${HOSTNAME.expected}, beginning with a letter`,
};

const DOMAIN: Rule = {
  // The last label is never all digits: that would be an IP address.
  pattern: new RegExp(String.raw`^(?:\*\.)?(?:${LABEL}\.)*(?!\d+$)${LABEL}$`),
  maxLength: 253,
  expected: 'a lower-case host name such as "app.example.org" or "*.example.org"',
};

const ENVIRONMENT_KEY: Rule = {
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  maxLength: 255,
  expected: 'letters, digits and "_", not starting with a digit',
};

/** Names that Docker accepts; a space would be part of the name. */
const VARIABLE: Rule = {
  pattern: /^[^=\s\p{Cc}\p{Surrogate}]+$/u,
  maxLength: 255,
  expected: 'text without "=", blanks and control characters',
};

const FILE_LIKE: Rule = {
  pattern: /^[a-z0-9][a-z0-9_.-]*$/,
  maxLength: 128,
  expected: 'lower-case letters, digits, "_", "." and "-", starting with a letter or digit',
};

const HOST_VOLUME: Rule = {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
  maxLength: 255,
  expected: 'two letters, digits, "_", "." or "-" at least, starting with a letter or digit',
};

const SECRET: Rule = { ...FILE_LIKE, maxLength: 64 };

const SQL_IDENTIFIER: Rule = {
  // A leading "-" would be read as an option by the server's command line tools.
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_-]*$/,
  maxLength: 63,
  expected: 'letters, digits, "_" and "-", not starting with "-"',
};

/** Refuses a name that is not one label of a host name (RFC 1123). */
export function assertHostname(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, HOSTNAME);
}

/** Refuses a name that a container of a service cannot answer to. */
export function assertServiceName(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, SERVICE);
}

/** Refuses a name that is not a public host name; `*.` in front stands for one label. */
export function assertDomain(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, DOMAIN);
}

/** Returns true if `assertDomain` accepts the text. */
export function isDomain(value: string): boolean {
  return obeys(value, DOMAIN);
}

/**
 * Refuses a name that Docker does not accept for an environment variable. It accepts `discovery.type` and
 * `Logging__LogLevel__Microsoft.AspNetCore`.
 */
export function assertVariableName(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, VARIABLE);
}

/** Refuses a name that a shell variable or a build argument cannot have. */
export function assertEnvironmentKey(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, ENVIRONMENT_KEY);
}

/** Returns true if `assertEnvironmentKey` accepts the name. */
export function isEnvironmentKey(value: string): boolean {
  return obeys(value, ENVIRONMENT_KEY);
}

/** Refuses a name that a secret, and so its file, cannot have. */
export function assertSecretName(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, SECRET);
}

/** Refuses a name that a volume cannot have. */
export function assertVolumeName(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, FILE_LIKE);
}

/** Refuses a name that Docker does not accept for a volume that something else made. */
export function assertHostVolumeName(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, HOST_VOLUME);
}

/** Refuses a name that a SQL role, database or extension cannot have. */
export function assertIdentifier(where: HasPath | undefined, what: string, value: string): void {
  assertRule(where, what, value, SQL_IDENTIFIER);
}

function assertRule(where: HasPath | undefined, what: string, value: string, rule: Rule): void {
  if (obeys(value, rule)) return;
  const missing = holdsMissing(value) ? '; a value in it was missing when it was put together' : '';
  throw new ConfigurationError(
    where,
    `${what} must be ${rule.expected}, at most ${rule.maxLength} characters, got ${quote(value)}${missing}`,
  );
}

function obeys(value: string, rule: Rule): boolean {
  return (
    typeof value === 'string' && value.length <= rule.maxLength && rule.pattern.test(value) && !holdsMissing(value)
  );
}

/** Returns true for a text that a template made from a missing value: `${undefined}.example.org`. */
export function holdsMissing(value: string): boolean {
  return typeof value === 'string' && value.split(/[^A-Za-z0-9]+/).some((word) => MISSING.has(word));
}

/** Texts that stand for missing values. */
const MISSING: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN']);
