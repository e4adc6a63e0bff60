import { ConfigurationError } from './configuration-error';
import { CRON_FIELDS, parseCronField, WEEKDAYS } from './cron-field';
import { Duration } from './duration';
import { quote } from './quote';
import { assertTimeZone } from './time-zone';

/** Options of all schedules. */
export interface ScheduleOptions {
  /**
   * Name of the time zone, for example `Europe/Berlin`. When summer time begins, a time that the clock skips counts as
   * the moment after. When it ends, a time that comes twice counts once.
   * @default 'UTC'
   */
  readonly timeZone?: string;
}

/** The fields of a schedule for the program that runs it: lists of numbers, days of the week from 0 for Sunday. */
export interface ScheduleFields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
}

/** Times at which something runs again and again. */
export class Schedule {
  /**
   * Returns a schedule of five fields: minute, hour, day of month, month, day of week. Only one of the two kinds of day
   * may be set, because programs disagree on what both together mean.
   * @param expression for example `15 3 * * *`, each day at 03:15
   */
  public static cron(expression: string, options: ScheduleOptions = {}): Schedule {
    return new Schedule(expression, options.timeZone ?? 'UTC');
  }

  /**
   * Returns a schedule that runs once an hour.
   * @param options.minute of each hour. @default 0
   */
  public static hourly(options: ScheduleOptions & { readonly minute?: number } = {}): Schedule {
    return Schedule.cron(`${options.minute ?? 0} * * * *`, options);
  }

  /**
   * Returns a schedule that runs once a day.
   * @param options.at time of day, for example `03:15`
   */
  public static daily(options: ScheduleOptions & { readonly at: string }): Schedule {
    return Schedule.cron(`${timeOfDay(options.at)} * * *`, options);
  }

  /**
   * Returns a schedule that runs once a week.
   * @param options.on for example `sun`
   */
  public static weekly(options: ScheduleOptions & { readonly on: string; readonly at: string }): Schedule {
    return Schedule.cron(`${timeOfDay(options.at)} * * ${options.on}`, options);
  }

  /** Values of the five fields. */
  public readonly fields: ScheduleFields;

  private constructor(
    private readonly expression: string,
    /** Name of the time zone of the fields. */
    public readonly timeZone: string,
  ) {
    this.fields = parse(expression);
    assertTimeZone(timeZone);
    if (daysOf(this.fields).length === 0) {
      throw new ConfigurationError(undefined, `the schedule ${quote(expression)} never comes; no month has such a day`);
    }
  }

  /**
   * Returns the longest time between two runs, without clock changes. A result may reach this age and was never late.
   */
  public longestGap(): Duration {
    const days = daysOf(this.fields);
    const times = timesOfDay(this.fields);
    const overnight = MINUTES_OF_DAY * widest(days) + (times[0] ?? 0) - (times[times.length - 1] ?? 0);
    return Duration.minutes(Math.max(overnight, widest(times)));
  }

  /** Returns the expression, and the time zone if it is not UTC. */
  public toString(): string {
    return this.timeZone === 'UTC' ? this.expression : `${this.expression} (${this.timeZone})`;
  }
}

const DAY = 86_400_000;
const MINUTES_OF_DAY = 1_440;

/** Days of nine years, which hold two leap days. */
const SOME_YEARS = 9 * 366;

/** Returns the days of some years on which a schedule runs, counted from the first of them. */
function daysOf({ days, months, weekdays }: ScheduleFields): readonly number[] {
  const start = Date.UTC(2023, 0, 1);
  return Array.from({ length: SOME_YEARS }, (_, index) => index).filter((index) => {
    const date = new Date(start + index * DAY);
    const comes = months.includes(date.getUTCMonth() + 1) && days.includes(date.getUTCDate());
    return comes && weekdays.includes(date.getUTCDay());
  });
}

/** Returns the times of day in minutes since midnight. */
function timesOfDay({ hours, minutes }: ScheduleFields): readonly number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
}

function widest(sorted: readonly number[]): number {
  return sorted.slice(1).reduce((longest, value, index) => Math.max(longest, value - (sorted[index] ?? value)), 0);
}

function parse(expression: string): ScheduleFields {
  const texts = typeof expression === 'string' ? expression.trim().split(/\s+/) : [];
  if (texts.length !== CRON_FIELDS.length) {
    throw new ConfigurationError(
      undefined,
      `a schedule has five fields (minute, hour, day of month, month, day of week), got ${quote(expression)}`,
    );
  }
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = CRON_FIELDS.map((field, index) =>
    parseCronField(field, texts[index] ?? '', expression),
  );
  if (days.length < 31 && weekdays.length < WEEKDAYS.length) {
    throw new ConfigurationError(
      undefined,
      `the schedule ${quote(expression)} states a day of month and a day of week, which programs read differently; keep one`,
    );
  }
  return { minutes, hours, days, months, weekdays };
}

/** Returns the first two fields for a time such as `03:15`. */
function timeOfDay(at: string): string {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(at);
  if (match === null)
    throw new ConfigurationError(undefined, `a time of day is written like "03:15", got ${quote(at)}`);
  return `${Number(match[2])} ${Number(match[1])}`;
}
