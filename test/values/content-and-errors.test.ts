import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { ConfigurationError, contentHash, type JsonValue, quote } from '../../lib/values';
import { acceptsOrRefuses } from './support';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Any JSON but the numbers that stand for values known on deployment. */
const plainJson = fc
  .jsonValue()
  .filter((value) => !/-\d[.\d]*e\+(2[89]|3)\d/.test(JSON.stringify(value))) as fc.Arbitrary<JsonValue>;

describe('contentHash', () => {
  test('is the front of the SHA-256 of JSON with sorted keys', () => {
    const value = { b: [1, 'x', null, true, { z: 1, y: 2 }], a: 'é\n', c: undefined, B: -0 };
    expect(contentHash(value, 64)).toBe(sha256('{"B":0,"a":"é\\n","b":[1,"x",null,true,{"y":2,"z":1}]}'));
    expect(contentHash(value)).toBe(contentHash(value, 64).slice(0, 12));
    expect(contentHash('x', 8)).toBe(sha256('"x"').slice(0, 8));
  });

  test('depends on content only, not on the order of keys or on absent ones', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plainJson, { noNullPrototype: true }), (plain) => {
        const reversed = Object.fromEntries(Object.entries(plain).reverse());
        expect(contentHash(reversed)).toBe(contentHash(plain));
        expect(contentHash({ ...plain, 'not there': undefined })).toBe(contentHash(plain));
        expect(contentHash(JSON.parse(JSON.stringify(plain)))).toBe(contentHash(plain));
      }),
    );
  });

  test('differs for content that differs', () => {
    const values: JsonValue[] = [
      null,
      'null',
      '',
      [],
      {},
      [[]],
      [''],
      ['', ''],
      { a: '' },
      { '': 'a' },
      ['a', 'b'],
      ['a","b'],
      [1],
      ['1'],
      1,
      true,
      'true',
    ];
    expect(new Set(values.map((value) => contentHash(value))).size).toBe(values.length);
  });

  test.each([
    [NaN, 'the number NaN'],
    [[Infinity], 'the number Infinity'],
    [{ a: () => 1 }, 'a function'],
    [{ a: 1n }, 'a bigint'],
    [Symbol('x'), 'a symbol'],
    ['${TfToken[TOKEN.0]}', 'a value that is known only on deployment'],
    [{ '&{TfToken[TOKEN.0]}': 1 }, 'a value that is known only on deployment'],
    [[-1.8881545897087626e289], 'a number that is known only on deployment'],
  ])('refuses content that is not plain (%#)', (value, what) => {
    expect(() => contentHash(value as JsonValue)).toThrow(
      `content to be hashed must be plain JSON, but it contains ${what}`,
    );
  });

  test('refuses content that contains itself', () => {
    const loop: Record<string, JsonValue> = {};
    loop['self'] = [loop];
    expect(() => contentHash(loop)).toThrow('it contains itself, or is nested deeper than 200 levels');
  });

  test('refuses a length that a hash does not have', () => {
    for (const length of [0, 65, 1.5, NaN])
      expect(() => contentHash('x', length)).toThrow('a hash has 1 to 64 digits, got');
  });

  test('accepts or refuses anything, with no other error', () => {
    fc.assert(fc.property(fc.anything(), (value) => void acceptsOrRefuses(() => contentHash(value as JsonValue))));
  });
});

describe('ConfigurationError', () => {
  test('starts with the path of the construct, where there is one', () => {
    expect(new ConfigurationError({ node: { path: 'stack/Api' } }, 'bad').message).toBe('[stack/Api] bad');
    expect(new ConfigurationError({ node: { path: '' } }, 'bad').message).toBe('bad');
    expect(String(new ConfigurationError(undefined, 'bad'))).toBe('ConfigurationError: bad');
  });

  test('is recognized by its mark, also across realms and copies of the package', () => {
    expect(ConfigurationError.isConfigurationError(new ConfigurationError(undefined, 'bad'))).toBe(true);
    const elsewhere = runInContext(
      `Object.defineProperty(new Error('bad'), Symbol.for('docker-constructs.ConfigurationError'), { value: true })`,
      createContext(),
    );
    expect(ConfigurationError.isConfigurationError(elsewhere)).toBe(true);
    for (const other of [new Error('bad'), { name: 'ConfigurationError' }, null, undefined, 'x', 1]) {
      expect(ConfigurationError.isConfigurationError(other)).toBe(false);
    }
  });

  test('keeps the message without the place', () => {
    expect(new ConfigurationError({ node: { path: 'stack/Api' } }, 'bad').detail).toBe('bad');
  });

  test('prints nothing but its text and stack', () => {
    expect(inspect(new ConfigurationError(undefined, 'bad'))).toMatch(/^ConfigurationError: bad\n( +at .*\n?)+$/);
  });
});

describe('quote', () => {
  test.each([
    ['a"b\n', '"a\\"b\\n"'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ a: [1] }, '{"a":[1]}'],
    [1n, 'bigint'],
    [Symbol('x'), 'symbol'],
    [() => 1, 'function'],
  ])('shows a value as messages need it (%#)', (value, text) => {
    expect(quote(value)).toBe(text);
  });

  test('shortens what would bury the message', () => {
    expect(quote('x'.repeat(1000))).toBe(`"${'x'.repeat(199)}… (1002 characters)`);
  });

  test('shows anything without an error', () => {
    fc.assert(fc.property(fc.anything(), (value) => expect(typeof quote(value)).toBe('string')));
  });
});
