import fc from 'fast-check';
import { Cpus, Duration, Size } from '../../lib/values';
import { acceptsOrRefuses, hostileNumber, hostileText } from './support';

const anyDuration = fc.nat({ max: 10 ** 12 }).map(Duration.millis);
const anySize = fc.nat({ max: Number.MAX_SAFE_INTEGER }).map(Size.bytes);

describe('Duration', () => {
  test.each([
    [Duration.millis(0), '0s'],
    [Duration.millis(1), '1ms'],
    [Duration.millis(500), '500ms'],
    [Duration.millis(1500), '1.5s'],
    [Duration.seconds(30), '30s'],
    [Duration.minutes(1), '1m0s'],
    [Duration.seconds(90), '1m30s'],
    [Duration.hours(1), '1h0m0s'],
    [Duration.minutes(90), '1h30m0s'],
    [Duration.seconds(3630), '1h0m30s'],
    [Duration.minutes(610), '10h10m0s'],
    [Duration.hours(10), '10h0m0s'],
    [Duration.minutes(10), '10m0s'],
    [Duration.days(7), '168h0m0s'],
    [Duration.millis(3_600_001), '1h0m0.001s'],
  ])('%s is %s', (duration, full) => {
    expect(duration.toGoString()).toBe(full);
    expect(`${duration}`).toBe(full);
  });

  test.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1.001s', 1001],
    ['0s', 0],
  ])('reads %s as %d milliseconds', (text, millis) => {
    expect(Duration.parse(text).toMillis()).toBe(millis);
  });

  test.each(['', '5', 's', '1x', '-1s', '1s1m', '1s1s', ' 1s', '1s ', '1 s', '1s\n', '.5s', '1e3s', '1,5s'])(
    'refuses the text %j and shows how to write it',
    (text) => {
      expect(() => Duration.parse(text)).toThrow(
        `${JSON.stringify(text)} is not a duration; write "500ms", "1m30s", "2h" or "7d"`,
      );
    },
  );

  test('refuses amounts that are negative, not finite, beyond 292 years or no number', () => {
    expect(() => Duration.seconds(-1)).toThrow('a duration must be between 0 and 292 years, got -1 s');
    expect(() => Duration.hours(NaN)).toThrow('got NaN h');
    expect(() => Duration.days(Infinity)).toThrow('got Infinity d');
    expect(() => Duration.days(107_000)).toThrow('got 107000 d');
    expect(() => Duration.seconds('5' as never)).toThrow('got "5" s');
    expect(() => Duration.parse('99999999999d')).toThrow('a duration must be between 0 and 292 years');
  });

  test('refuses what is finer than a millisecond, but not the noise of binary fractions', () => {
    expect(() => Duration.millis(0.5)).toThrow(
      'a duration must be a whole number of milliseconds, got 0.5 ms; round it',
    );
    expect(Duration.seconds(0.1 + 0.2).toMillis()).toBe(300);
  });

  test('gives whole seconds, or fractions only when asked', () => {
    expect(Duration.minutes(2).toSeconds()).toBe(120);
    expect(() => Duration.millis(1500).toSeconds()).toThrow('"1.5s" is no whole number of seconds; round it');
    expect(Duration.millis(1500).toSeconds({ integral: false })).toBe(1.5);
  });

  test('adds and multiplies', () => {
    expect(Duration.seconds(1).plus(Duration.millis(5)).toMillis()).toBe(1005);
    expect(
      Duration.seconds(1)
        .times(1 / 3)
        .toMillis(),
    ).toBe(333);
    expect(Duration.millis(0).isZero()).toBe(true);
    expect(Duration.millis(1).isZero()).toBe(false);
    expect(() => Duration.seconds(1).times(-1)).toThrow('a duration must be between 0 and 292 years');
  });

  test('reads back what it prints', () => {
    fc.assert(
      fc.property(anyDuration, (duration) => {
        expect(Duration.parse(duration.toGoString())).toEqual(duration);
      }),
    );
  });

  test('accepts or refuses anything, with no other error', () => {
    fc.assert(
      fc.property(hostileText, hostileNumber, hostileNumber, (text, amount, factor) => {
        acceptsOrRefuses(() => Duration.parse(text));
        acceptsOrRefuses(() => Duration.millis(amount).times(factor));
      }),
    );
  });
});

describe('Size', () => {
  test.each([
    ['512m', 512 * 1024 ** 2],
    ['1g', 1024 ** 3],
    ['1.5g', 1.5 * 1024 ** 3],
    ['64MiB', 64 * 1024 ** 2],
    ['64MB', 64 * 1024 ** 2],
    ['64 mb', 64 * 1024 ** 2],
    ['4K', 4096],
    ['2t', 2 * 1024 ** 4],
    ['1P', 1024 ** 5],
    ['1024', 1024],
    ['1024b', 1024],
    ['0', 0],
  ])('reads %s as %d bytes', (text, bytes) => {
    expect(Size.parse(text).toBytes()).toBe(bytes);
  });

  test.each(['', 'm', '-1m', '1x', '1ib', '1bb', '1  m', '1m\n', '1e3', '0x10', '١m'])(
    'refuses the text %j',
    (text) => {
      expect(() => Size.parse(text)).toThrow(`${JSON.stringify(text)} is not a size; write "64MiB", "512m" or "1g"`);
    },
  );

  test('refuses amounts that are negative, not finite, fractional in bytes or no number', () => {
    expect(() => Size.mebibytes(-1)).toThrow('a size must be between 0 and 8 PiB, got -1 MiB');
    expect(() => Size.gibibytes(NaN)).toThrow('got NaN GiB');
    expect(() => Size.bytes(2 ** 53)).toThrow('got 9007199254740992 bytes');
    expect(() => Size.kibibytes('1' as never)).toThrow('got "1" KiB');
    expect(() => Size.parse('0.1g')).toThrow('a size must be a whole number of bytes, got 0.1 GiB; use a smaller unit');
  });

  test('converts exactly or not at all', () => {
    expect(Size.gibibytes(2).toMebibytes()).toBe(2048);
    expect(() => Size.kibibytes(1).toMebibytes()).toThrow('1024 bytes are no whole number of MiB; round them');
  });

  test.each([
    [Size.gibibytes(1), '1g'],
    [Size.gibibytes(1.5), '1536m'],
    [Size.mebibytes(64), '64m'],
    [Size.kibibytes(4), '4k'],
    [Size.bytes(1000), '1000'],
    [Size.bytes(0), '0'],
  ])('%s prints in the largest unit that is exact', (size, text) => {
    expect(size.toShortString()).toBe(text);
    expect(`${size}`).toBe(text);
  });

  test('reads back what it prints', () => {
    fc.assert(fc.property(anySize, (size) => expect(Size.parse(size.toShortString())).toEqual(size)));
  });

  test('accepts or refuses anything, with no other error', () => {
    fc.assert(
      fc.property(hostileText, hostileNumber, (text, amount) => {
        acceptsOrRefuses(() => Size.parse(text));
        acceptsOrRefuses(() => Size.kibibytes(amount).toMebibytes());
      }),
    );
  });
});

describe('Cpus', () => {
  test.each([
    [0.01, '0.01'],
    [0.5, '0.5'],
    [1024, '1024'],
  ])('%d processors are written as %s', (count, text) => {
    expect(Cpus.of(count).count).toBe(count);
    expect(`${Cpus.of(count)}`).toBe(text);
  });

  test.each([0, 0.009, -1, 1024.1, NaN, Infinity, '1'])('refuses %p', (count) => {
    expect(() => Cpus.of(count as never)).toThrow(
      `cpus must be a number between 0.01 and 1024, got ${JSON.stringify(count) === 'null' ? String(count) : JSON.stringify(count)}; 0.5 is half a processor`,
    );
  });
});
