import { ConfigurationError, type Duration, quote, type Size } from '../../values';

/** Value of a setting of PostgreSQL. A `Duration` and a `Size` are written in its units. */
export type ServerSetting = string | number | boolean | Duration | Size;

const SIZE_UNITS: readonly (readonly [string, number])[] = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['kB', 1024],
];

/**
 * Returns arguments for the server's command line: `{ shared_buffers: Size.gibibytes(1) }` becomes
 * `['-c', 'shared_buffers=1GB']`.
 *
 * @throws ConfigurationError for an invalid name of a setting, and an invalid value
 */
export function renderServerSettings(settings: Readonly<Record<string, ServerSetting>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${checkedName(name)}=${text(name, value)}`]);
}

function checkedName(name: string): string {
  if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?$/.test(name)) return name;
  throw new ConfigurationError(
    undefined,
    `a server setting must be lower-case letters, digits and "_", such as "work_mem", got ${quote(name)}`,
  );
}

function text(name: string, value: ServerSetting): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'string') return checkedText(name, value);
  if (typeof value === 'number') return checkedNumber(name, value);
  return 'toMillis' in value ? `${value.toMillis()}ms` : sizeText(value.toBytes());
}

/** Returns a size in PostgreSQL's units, which are binary; the largest exact one reads best. */
function sizeText(bytes: number): string {
  const unit = SIZE_UNITS.find(([, factor]) => bytes > 0 && bytes % factor === 0);
  return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}B`;
}

function checkedText(name: string, value: string): string {
  if (!/\p{Cc}/u.test(value)) return value;
  throw new ConfigurationError(
    undefined,
    `server setting ${name} must not contain control characters, got ${quote(value)}`,
  );
}

/** Refuses a number with an exponent, as in 1e+21, which no setting accepts. */
function checkedNumber(name: string, value: number): string {
  if (Number.isFinite(value) && /^-?[\d.]+$/.test(String(value))) return String(value);
  throw new ConfigurationError(undefined, `server setting ${name} must be a plain number, got ${quote(value)}`);
}
