import { ConfigurationError, quote } from '../../values';

/** Number of backups to keep: the newest of so many hours, days, weeks, months or years, and the last ones. */
export interface Retention {
  /** Number of newest backups to keep. @default - none by this rule */
  readonly last?: number;
  /** Number of hours of which the newest backup is kept. @default - none by this rule */
  readonly hourly?: number;
  /** Number of days of which the newest backup is kept. @default - none by this rule */
  readonly daily?: number;
  /** Number of weeks of which the newest backup is kept. @default - none by this rule */
  readonly weekly?: number;
  /** Number of months of which the newest backup is kept. @default - none by this rule */
  readonly monthly?: number;
  /** Number of years of which the newest backup is kept. @default - none by this rule */
  readonly yearly?: number;
}

const RULES = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;

/**
 * Returns the rules as arguments of restic. A retention that keeps nothing is refused: it would delete the last good
 * backup.
 */
export function retentionWords(retention: Retention): readonly string[] {
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
    `retention \`${rule}\` must be a whole number from 1, got ${quote(count)}; leave it out to keep none for its sake`,
  );
}
