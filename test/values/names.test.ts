import { createHash } from 'node:crypto';
import fc from 'fast-check';
import {
  assertCidr,
  assertDomain,
  assertEnvironmentKey,
  assertHostname,
  assertIdentifier,
  assertSecretName,
  assertVolumeName,
  isDomain,
  physicalName,
  port,
  Tls,
} from '../../lib/values';
import { acceptsOrRefuses, hostileNumber, hostileText } from './support';

const where = { node: { path: 'stack/Api' } };

describe('names', () => {
  test.each([
    [
      'hostname',
      assertHostname,
      ['a', '0', 'api', 'api-1', 'a'.repeat(63)],
      ['', 'Api', '-a', 'a-', 'a.b', 'a_b', 'a'.repeat(64), 'a\n'],
    ],
    [
      'domain',
      assertDomain,
      ['localhost', 'example.org', '*.example.org', '1.example.org', 'a-b.c-d', `${'a.'.repeat(126)}a`],
      [
        '',
        '*',
        '*.',
        '*.*.a',
        'a..b',
        '.a',
        'a.',
        'Example.org',
        'a_b.c',
        '127.0.0.1',
        'a.1',
        '::1',
        'a b',
        'https://a',
        `${'a.'.repeat(127)}a`,
      ],
    ],
    [
      'environment key',
      assertEnvironmentKey,
      ['A', '_', 'a_B9', 'A'.repeat(255)],
      ['', '9A', 'A-B', 'A=B', 'A B', 'É', 'A\n', 'A'.repeat(256)],
    ],
    [
      'secret',
      assertSecretName,
      ['a', '0', 'db.password_1-x', 'a'.repeat(64)],
      ['', 'A', '.a', '-a', '../a', 'a/b', 'a\0', 'a'.repeat(65)],
    ],
    ['volume', assertVolumeName, ['a', 'data.1', 'a'.repeat(128)], ['', 'Data', '_a', 'a/b', 'a:b', 'a'.repeat(129)]],
    [
      'role',
      assertIdentifier,
      ['a', 'A', '_a', '1a', 'uuid-ossp', 'a'.repeat(63)],
      ['', '-a', 'a b', 'a"b', "a'b", 'a;b', 'a.b', 'ä', 'a'.repeat(64)],
    ],
  ])('a %s is accepted or refused by its rule', (what, assert, good, bad) => {
    for (const value of good) expect(() => assert(where, what, value)).not.toThrow();
    for (const value of bad) expect(() => assert(where, what, value)).toThrow(`[stack/Api] ${what} must be `);
  });

  test('an error says the place, the rule and the value', () => {
    expect(() => assertHostname(where, 'hostname', 'My App')).toThrow(
      '[stack/Api] hostname must be lower-case letters, digits and inner "-", at most 63 characters, got "My App"',
    );
    expect(() => assertIdentifier(undefined, 'database', 'a;b')).toThrow(
      /^database must be letters, digits, "_" and "-", not starting with "-", at most 63 characters, got "a;b"$/,
    );
  });

  test('anything else is refused with no other error', () => {
    const asserts = [
      assertHostname,
      assertDomain,
      assertEnvironmentKey,
      assertSecretName,
      assertVolumeName,
      assertIdentifier,
    ];
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.anything()), (value) => {
        for (const assert of asserts) acceptsOrRefuses(() => assert(where, 'name', value as string));
      }),
    );
  });

  test('isDomain agrees with assertDomain', () => {
    expect(isDomain('example.org')).toBe(true);
    expect(isDomain('127.0.0.1')).toBe(false);
  });
});

describe('physicalName', () => {
  test.each([
    [['ApiService'], 'api-service'],
    [['mnemolite-prod', 'ApiService', 'data'], 'mnemolite-prod-api-service-data'],
    [['HTTPServer'], 'http-server'],
    [['Api2Service'], 'api2-service'],
    [['v1', 'OAuth2'], 'v1-o-auth2'],
    [['a_b.c/d', '', '--x--'], 'a-b-c-d-x'],
  ])('%j becomes %s', (parts, expected) => {
    expect(physicalName(parts)).toBe(expected);
  });

  test('a name that fits exactly is not touched', () => {
    expect(physicalName(['a'.repeat(63)])).toBe('a'.repeat(63));
    expect(physicalName(['a'.repeat(16)], 16)).toBe('a'.repeat(16));
  });

  test('a name that is too long keeps its last words and ends in a hash of all of it', () => {
    const full = 'a-very-long-system-name-production-background-worker-service-data';
    const hash = createHash('sha256').update(full).digest('hex').slice(0, 8);
    expect(physicalName(['AVeryLongSystemName-production', 'BackgroundWorkerService', 'data'])).toBe(
      `long-system-name-production-background-worker-service-data-${hash}`.slice('long-'.length),
    );
    expect(physicalName(['b'.repeat(100)], 20)).toMatch(/^b{11}-[0-9a-f]{8}$/);
  });

  test('a changed front changes a shortened name', () => {
    const tail = 'x'.repeat(60);
    expect(physicalName(['one', tail])).not.toBe(physicalName(['two', tail]));
  });

  test('refuses what leaves no name, and a limit that leaves no room', () => {
    expect(() => physicalName(['é', '--'])).toThrow('no name can be made of ["é","--"]; use letters or digits');
    expect(() => physicalName([])).toThrow('no name can be made of []');
    expect(() => physicalName(['a'], 15)).toThrow('the longest name must be at least 16 characters, got 15');
  });

  test('is always a host name within the limit, or a refusal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostileText, fc.stringMatching(/^[A-Z][a-z]{1,30}$/))),
        fc.integer({ min: 16, max: 63 }),
        (parts, max) => {
          if (!acceptsOrRefuses(() => physicalName(parts, max))) return;
          const name = physicalName(parts, max);
          expect(name.length).toBeLessThanOrEqual(max);
          expect(() => assertHostname(undefined, 'name', name)).not.toThrow();
        },
      ),
    );
  });
});

describe('assertCidr', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/32', '10.1.2.3/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['::/0', '::/0'],
    ['::1', '::1'],
    ['2001:DB8:0:0::/32', '2001:db8::/32'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:1.2.3.4/128', '::ffff:102:304/128'],
    ['fe80::/10', 'fe80::/10'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s is %s', (text, canonical) => {
    expect(assertCidr(undefined, text)).toBe(canonical);
    expect(assertCidr(undefined, canonical)).toBe(canonical);
  });

  test.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '::/129',
    '::g',
    'fe80::1%eth0',
    'localhost',
    '10.0.0.0/8\n',
    ' ::1',
  ])('refuses %j', (text) => {
    expect(() => assertCidr(where, text)).toThrow(
      `[stack/Api] expected an IP address or network such as "10.0.0.0/8" or "2001:db8::/32", got ${JSON.stringify(text)}`,
    );
  });

  test.each(['10.1.2.3/8', '10.0.0.1/31', '0.0.0.1/0', '2001:db8::1/32', '1:2:3:4:5:6:7:8/127'.replace('8/', '9/')])(
    'refuses %s, which may mean the host as well as the network',
    (text) => {
      expect(() => assertCidr(undefined, text)).toThrow(
        `network "${text}" has address bits beyond its prefix; write "`,
      );
    },
  );

  test('accepts or refuses anything, with no other error', () => {
    fc.assert(
      fc.property(
        fc.oneof(hostileText, fc.anything()),
        (value) => void acceptsOrRefuses(() => assertCidr(where, value as string)),
      ),
    );
  });

  test('every address is its own canonical form once printed, alone and as a network of one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => {
        const canonical = assertCidr(undefined, address);
        const bits = canonical.includes(':') ? 128 : 32;
        expect(assertCidr(undefined, canonical)).toBe(canonical);
        expect(assertCidr(undefined, `${address}/${bits}`)).toBe(`${canonical}/${bits}`);
      }),
    );
  });
});

describe('port', () => {
  test('is a whole number from 1 to 65535', () => {
    expect(port(1)).toBe(1);
    expect(port(65_535)).toBe(65_535);
    expect(() => port(0)).toThrow(/^a port must be a whole number between 1 and 65535, got 0$/);
    expect(() => port(65_536, where)).toThrow('[stack/Api] a port must be');
    expect(() => port('80' as never)).toThrow('got "80"');
    fc.assert(fc.property(hostileNumber, (value) => void acceptsOrRefuses(() => port(value))));
  });
});

describe('Tls', () => {
  test('has four kinds', () => {
    expect(Tls.off()).toEqual({ kind: 'off' });
    expect(Tls.internal()).toEqual({ kind: 'internal' });
    expect(Tls.acme({ email: 'ops@example.org' })).toEqual({ kind: 'acme', email: 'ops@example.org', staging: false });
    expect(Tls.acme({ email: 'ops@example.org', staging: true })).toMatchObject({ staging: true });
    expect(Tls.files({ certificate: 'a.pem', key: 'b.pem' })).toEqual({
      kind: 'files',
      certificate: 'a.pem',
      key: 'b.pem',
    });
  });

  test.each([
    '',
    'ops',
    '@example.org',
    'ops@',
    'ops@localhost',
    'a b@example.org',
    'a@b@example.org',
    'a@example..org',
    'a@-b.org',
    'a@example.org\n',
    'a{x}"@example.org',
    `${'a'.repeat(65)}@example.org`,
  ])('refuses the e-mail %j', (email) => {
    expect(() => Tls.acme({ email })).toThrow(
      `ACME e-mail must be an address such as "ops@example.org", got ${JSON.stringify(email)}`,
    );
  });

  test('accepts the e-mails that people have', () => {
    for (const email of ['a.b+c@sub.example.org', "o'neil@Example.ORG", 'x_y-z@xn--bcher-kva.example']) {
      expect(Tls.acme({ email }).email).toBe(email);
    }
  });

  test('refuses paths that are none', () => {
    expect(() => Tls.files({ certificate: '', key: 'b' })).toThrow(
      'TLS certificate path must be text that is not empty, got ""',
    );
    expect(() => Tls.files({ certificate: 'a', key: 'b\nc' })).toThrow(
      'TLS key path must be a single line, got "b\\nc"',
    );
  });

  test('accepts or refuses any text, with no other error', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        acceptsOrRefuses(() => Tls.acme({ email: `${a}@${b}` }));
        acceptsOrRefuses(() => Tls.files({ certificate: a, key: b }));
      }),
    );
  });
});
