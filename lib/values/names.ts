import { ConfigurationError, type Located } from './configuration-error';
import { quoted } from './quoted';

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

/** Terraform's resources are named by it. */
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

/** Names that Docker takes; a blank would be part of the name. */
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

/** One label of a host name (RFC 1123). */
export function assertHostname(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, HOSTNAME);
}

/** What a container of a service answers to. */
export function assertServiceName(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, SERVICE);
}

/** A public host name; `*.` in front stands for one label. */
export function assertDomain(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, DOMAIN);
}

/** Whether `assertDomain` would accept the text. */
export function isDomain(value: string): boolean {
  return obeys(value, DOMAIN);
}

/** The name of an environment variable, as Docker takes it: `discovery.type`, `Logging__LogLevel__Microsoft.AspNetCore`. */
export function assertVariableName(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, VARIABLE);
}

/** The name of a variable that a shell sets, or of a build argument. */
export function assertEnvironmentKey(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, ENVIRONMENT_KEY);
}

/** Whether `assertEnvironmentKey` would accept the name. */
export function isEnvironmentKey(value: string): boolean {
  return obeys(value, ENVIRONMENT_KEY);
}

/** The name of a secret, which is also the name of its file. */
export function assertSecretName(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, SECRET);
}

/** The name of a volume. */
export function assertVolumeName(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, FILE_LIKE);
}

/** The name of a volume that something else made; Docker's own rule. */
export function assertHostVolumeName(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, HOST_VOLUME);
}

/** The name of a SQL role, database or extension. */
export function assertIdentifier(where: Located | undefined, what: string, value: string): void {
  assertRule(where, what, value, SQL_IDENTIFIER);
}

function assertRule(where: Located | undefined, what: string, value: string, rule: Rule): void {
  if (obeys(value, rule)) return;
  const missing = holdsMissing(value) ? '; a value in it was missing when it was put together' : '';
  throw new ConfigurationError(
    where,
    `${what} must be ${rule.expected}, at most ${rule.maxLength} characters, got ${quoted(value)}${missing}`,
  );
}

function obeys(value: string, rule: Rule): boolean {
  return (
    typeof value === 'string' && value.length <= rule.maxLength && rule.pattern.test(value) && !holdsMissing(value)
  );
}

/** True for a text that a template made of a value that was not there: `${undefined}.example.org`. */
export function holdsMissing(value: string): boolean {
  return typeof value === 'string' && value.split(/[^A-Za-z0-9]+/).some((word) => MISSING.has(word));
}

/** Texts of values that are missing. */
const MISSING: ReadonlySet<string> = new Set(['undefined', 'null', 'NaN']);
