import { ConfigurationError, quoted } from '../../values';

/** How many backups stay: the newest of so many hours, days, weeks, months or years, and so many of the last ones. */
export interface Retention {
  readonly last?: number;
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
}

const RULES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/** The rules as restic takes them. One that keeps nothing at all is refused: it would forget the last good backup. */
export function retentionWords(retention: Retention): readonly string[] {
  const unknown = Object.keys(retention).find((key) => !RULES.some((rule) => rule === key));
  if (unknown !== undefined) {
    throw new ConfigurationError(undefined, `retention has no rule ${quoted(unknown)}; it has ${RULES.join(', ')}`);
  }
  const stated = RULES.filter((rule) => retention[rule] !== undefined);
  for (const rule of stated) assertCount(rule, retention[rule]);
  if (stated.length === 0) {
    throw new ConfigurationError(undefined, 'retention keeps nothing; state for example `{ daily: 7, weekly: 4 }`');
  }
  return stated.map((rule) => `--keep-${rule}=${retention[rule]}`);
}

function assertCount(rule: string, count: number | undefined): void {
  if (Number.isInteger(count) && (count ?? 0) >= 1 && (count ?? 0) <= 100_000) return;
  throw new ConfigurationError(
    undefined,
    `retention \`${rule}\` must be a whole number from 1, got ${quoted(count)}; leave it out to keep none for its sake`,
  );
}
