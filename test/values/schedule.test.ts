import fc from 'fast-check';
import { Schedule } from '../../lib/values';
import { acceptsOrRefuses, hostileText } from './support';

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('Schedule', () => {
  test('reads the five fields of cron, with ranges, lists, steps and names', () => {
    expect(Schedule.cron('5,35 8-18/5 * jan-mar,12 *').fields).toEqual({
      minutes: [5, 35],
      hours: [8, 13, 18],
      days: range(1, 31),
      months: [1, 2, 3, 12],
      weekdays: range(0, 6),
    });
    expect(Schedule.cron('*/20 5/9 1,15 * *').fields).toMatchObject({
      minutes: [0, 20, 40],
      hours: [5, 14, 23],
      days: [1, 15],
    });
  });

  test.each([
    ['0', [0]],
    ['7', [0]],
    ['sun', [0]],
    ['Mon-Fri', [1, 2, 3, 4, 5]],
    ['5-7', [0, 5, 6]],
    ['*', [0, 1, 2, 3, 4, 5, 6]],
    ['*/3', [0, 3, 6]],
  ])('a day of the week %s is %j, from 0 for Sunday', (text, expected) => {
    expect(Schedule.cron(`0 0 * * ${text}`).fields.weekdays).toEqual(expected);
  });

  test.each([
    [Schedule.hourly(), '0 * * * *'],
    [Schedule.hourly({ minute: 17 }), '17 * * * *'],
    [Schedule.daily({ at: '03:05' }), '5 3 * * *'],
    [Schedule.daily({ at: '3:05', timeZone: 'Europe/Berlin' }), '5 3 * * * (Europe/Berlin)'],
    [Schedule.weekly({ on: 'sun', at: '23:59' }), '59 23 * * sun'],
  ])('says %s', (schedule, text) => {
    expect(String(schedule)).toBe(text);
  });

  test.each([
    ['* * * * *', '1m0s'],
    ['*/7 * * * *', '7m0s'],
    ['0 8-18 * * *', '14h0m0s'],
    ['15 3 * * *', '24h0m0s'],
    ['0 6 * * sun', '168h0m0s'],
    ['0 6 * * mon-fri', '72h0m0s'],
    ['0 0 31 * *', '1464h0m0s'],
    ['0 0 29 feb *', '35064h0m0s'],
  ])('%s comes again after %s at the latest', (expression, gap) => {
    expect(String(Schedule.cron(expression).longestGap())).toBe(gap);
  });

  test.each([
    ['60 * * * *', '"60" is no minute in the schedule "60 * * * *"; write *, 0 to 59, a range (2-5), a list (1,15)'],
    ['* 24 * * *', '"24" is no hour'],
    ['* * 0 * *', '"0" is no day of month'],
    ['* * * 13 *', '"13" is no month in the schedule "* * * 13 *"; write *, 1 to 12 or a name like jan'],
    ['* * * * 8', '"8" is no day of week'],
    ['*/0 * * * *', '"*/0" is no minute'],
    ['5-3 * * * *', '"5-3" is no minute'],
    ['*-3 * * * *', '"*-3" is no minute'],
    ['1,,2 * * * *', '"" is no minute'],
    ['L * * * *', '"L" is no minute'],
    ['* * * *', 'a schedule has five fields'],
    ['* * * * * *', 'a schedule has five fields'],
    ['@daily', 'a schedule has five fields'],
    ['0 0 1 * mon', 'states a day of month and a day of week, which programs read differently; keep one'],
    ['0 0 30 2 *', 'never comes; no month has such a day'],
  ])('refuses %j and says why', (expression, message) => {
    expect(() => Schedule.cron(expression)).toThrow(message);
  });

  test('refuses a time of day and a time zone that are none', () => {
    expect(() => Schedule.daily({ at: '24:00' })).toThrow('a time of day is written like "03:15", got "24:00"');
    expect(() => Schedule.daily({ at: '3am' })).toThrow('got "3am"');
    expect(() => Schedule.hourly({ timeZone: 'Berlin' })).toThrow(
      '"Berlin" is no time zone; write for example "Europe/Berlin" or "UTC"',
    );
    expect(() => Schedule.cron(5 as never)).toThrow('a schedule has five fields');
  });

  test('whatever it is given, it is a schedule or a reason', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        acceptsOrRefuses(() => Schedule.cron(text));
        acceptsOrRefuses(() => Schedule.daily({ at: text, timeZone: text }));
        acceptsOrRefuses(() => Schedule.hourly({ timeZone: text }));
      }),
    );
  });
});
