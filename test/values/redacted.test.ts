import fc from 'fast-check';
import { redacted } from '../../lib/values';

const SECRET = Buffer.from('hunter2/ ü?"x');

describe('a text without secrets', () => {
  test.each([
    ['as it is', SECRET.toString()],
    ['in a URL', encodeURIComponent(SECRET.toString())],
    ['in JSON', JSON.stringify(SECRET.toString()).slice(1, -1)],
    ['in base64', SECRET.toString('base64').replace(/=+$/, '').slice(0, -1)],
  ])('does not hold one %s', (_, form) => {
    const text = redacted(`it failed with ${form} in it`, [SECRET]);
    expect(text).not.toContain(form);
    expect(text).toContain('(secret)');
    expect(text.startsWith('it failed with ')).toBe(true);
  });

  test('does not hold one in base64 of something larger, wherever it begins there', () => {
    const value = fc.uint8Array({ minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(value, fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), (bytes, before, after) => {
        const secret = Buffer.from(bytes);
        const text = redacted(Buffer.concat([before, secret, after]).toString('base64'), [secret]);
        expect(text).toContain('(secret)');
      }),
    );
  });

  test('replaces the longest form first, so that no rest of one stays', () => {
    expect(redacted('password=abcdef-long', [Buffer.from('abcdef'), Buffer.from('abcdef-long')])).toBe(
      'password=(secret)',
    );
  });

  test('is as it was where no secret stands in it, and for values that are too short to be found', () => {
    expect(redacted('abc is in the alphabet', [Buffer.from('abc'), Buffer.alloc(0)])).toBe('abc is in the alphabet');
  });
});
