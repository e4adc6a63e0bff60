import { assertTimeZone, ConfigurationError, quote } from '../../values';

/** Daily time without notifications. Alerts that still fire at its end are sent then. */
export interface QuietHours {
  /** Start, for example '22:00'. */
  readonly from: string;
  /** End, for example '07:00'; if it is before `from`, it is that of the next day. */
  readonly to: string;
  /**
   * Time zone, for example 'Europe/Berlin'.
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

const MIDNIGHT = '00:00';
const DAY_END = '24:00';

/** Returns the ranges for Alertmanager, where no range crosses midnight. */
export function muteTimes({ from, to, timeZone = 'UTC' }: QuietHours): readonly object[] {
  for (const time of [from, to]) assertTime(time);
  assertTimeZone(timeZone);
  if (from === to) throw refusal(`quiet hours from ${quote(from)} to ${quote(to)} are none, or all; state two times`);
  const ranges: (readonly [string, string])[] =
    from < to
      ? [[from, to]]
      : [
          [from, DAY_END],
          [MIDNIGHT, to],
        ];
  const times = ranges
    .filter(([start, end]) => start !== end)
    .map(([start_time, end_time]) => ({ start_time, end_time }));
  return [{ times, location: timeZone }];
}

function assertTime(text: string): void {
  if (/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)) return;
  throw refusal(`quiet hours are written like "22:00", got ${quote(text)}`);
}

function refusal(message: string): ConfigurationError {
  return new ConfigurationError(undefined, message);
}
