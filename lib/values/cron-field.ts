import { ConfigurationError } from './configuration-error';
import { quote } from './quote';

/** One of the five fields of a cron expression, with its range of values. */
export interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Names of the values, starting with the one for `from`. @default - numbers only */
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export const CRON_FIELDS: readonly CronField[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 0, to: 7, names: [...WEEKDAYS, 'sun'] },
];

/** Returns the values of a field, sorted; 7 is Sunday like 0. */
export function parseCronField(field: CronField, text: string, expression: string): readonly number[] {
  const values = text.split(',').flatMap((item) => parseItem(field, item, expression));
  const folded = field.to === 7 ? values.map((value) => value % 7) : values;
  return [...new Set(folded)].sort((a, b) => a - b);
}

function parseItem(field: CronField, item: string, expression: string): readonly number[] {
  const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d{1,2}))?$/i.exec(item);
  if (match === null) throw refusal(field, item, expression);
  const [, first = '', last, step] = match;
  const every = step === undefined ? 1 : Number(step);
  const [low, high] = rangeOf(field, first, last, step !== undefined);
  if (low === undefined || high === undefined || low > high || every < 1) throw refusal(field, item, expression);
  return Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, index) => low + index * every);
}

/**
 * Returns the range of a part of a field: `*` is all, `5/10` counts on to the end as cron does, a single value is
 * itself.
 */
function rangeOf(field: CronField, first: string, last: string | undefined, stepped: boolean) {
  const end = field.to === 7 ? 6 : field.to;
  if (first === '*') return last === undefined ? [field.from, end] : [];
  const low = valueOf(field, first);
  if (last !== undefined) return [low, valueOf(field, last)];
  return [low, stepped ? end : low];
}

function valueOf({ from, to, names = [] }: CronField, text: string): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  if (named >= 0) return from + named;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= from && value <= to ? value : undefined;
}

function refusal({ name, from, to, names }: CronField, item: string, expression: string): ConfigurationError {
  const args = names === undefined ? '' : ` or a name like ${names[0]}`;
  return new ConfigurationError(
    undefined,
    `${quote(item)} is no ${name} in the schedule ${quote(expression)}; write *, ${from} to ${to}${args}, a range ` +
      '(2-5), a list (1,15) or a step (*/10)',
  );
}
