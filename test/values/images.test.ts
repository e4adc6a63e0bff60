import { parseFamiliarName } from '@swimlane/docker-reference';
import fc from 'fast-check';
import {
  applyImageSources,
  type BuiltImage,
  Image,
  ImageReference,
  type ImageMirrors,
  isMutable,
} from '../../lib/values';
import { acceptsOrRefuses, hostileText } from './support';

const SHA = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Names whose registries, repositories, tags and digests are mostly right and often slightly wrong. */
const nearlyReference = fc
  .tuple(
    mostly(
      ['', 'docker.io/', 'index.docker.io/', 'localhost/', 'localhost:5000/', 'ghcr.io/', 'a.b-c.d:1/', 'x/'],
      ['-x.io/', 'x.io:/', '/', 'a..b/', 'x.io:y/'],
    ),
    fc
      .array(
        mostly(
          ['a', '0', 'a-b', 'a--b', 'a_b', 'a__b', 'a.b', 'library'],
          ['', 'A', 'a-', '_a', 'a..b', 'a___b', 'a b', 'é'],
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((parts) => parts.join('/')),
    mostly(
      ['', ':1', ':18-alpine', ':_x', ':A.b', `:${'t'.repeat(128)}`],
      [':', ':.1', ':a b', `:${'t'.repeat(129)}`, ':1:2', ':1\n'],
    ),
    mostly(
      ['', `@${SHA}`, `@sha512:${'a'.repeat(128)}`, `@sha384:${'f'.repeat(96)}`],
      ['@', '@sha256:abc', `@sha1:${'a'.repeat(40)}`, `@sha384:${'f'.repeat(95)}`, '@x', `@${SHA}@${SHA}`],
    ),
  )
  .map((parts) => parts.join(''));

function mostly(good: string[], bad: string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

describe('ImageReference', () => {
  test.each([
    ['postgres', 'docker.io', 'library/postgres', undefined, undefined, 'postgres'],
    ['postgres:18', 'docker.io', 'library/postgres', '18', undefined, 'postgres'],
    ['docker.io/postgres:18', 'docker.io', 'library/postgres', '18', undefined, 'postgres'],
    ['index.docker.io/library/postgres', 'docker.io', 'library/postgres', undefined, undefined, 'postgres'],
    [`pgvector/pgvector:pg18@${SHA}`, 'docker.io', 'pgvector/pgvector', 'pg18', SHA, 'pgvector/pgvector'],
    [`ghcr.io/owner/app@${SHA}`, 'ghcr.io', 'owner/app', undefined, SHA, 'ghcr.io/owner/app'],
    ['localhost/app:1', 'localhost', 'app', '1', undefined, 'localhost/app'],
    ['registry:5000/app', 'registry:5000', 'app', undefined, undefined, 'registry:5000/app'],
    ['registry:5000', 'docker.io', 'library/registry', '5000', undefined, 'registry'],
    ['Registry.local/app', 'Registry.local', 'app', undefined, undefined, 'Registry.local/app'],
    ['[2001:db8::1]:5000/app:2', '[2001:db8::1]:5000', 'app', '2', undefined, '[2001:db8::1]:5000/app'],
    ['docker.io/library/a/b', 'docker.io', 'library/a/b', undefined, undefined, 'library/a/b'],
    ['docker.io/localhost/app', 'docker.io', 'localhost/app', undefined, undefined, 'docker.io/localhost/app'],
    ['docker.io/a.b/app', 'docker.io', 'a.b/app', undefined, undefined, 'docker.io/a.b/app'],
    [
      `library/${'a'.repeat(64)}`,
      'docker.io',
      `library/${'a'.repeat(64)}`,
      undefined,
      undefined,
      `library/${'a'.repeat(64)}`,
    ],
  ])('reads %s', (text, registry, repository, tag, digest, familiarName) => {
    const reference = ImageReference.parse(text);
    expect({ ...reference }).toEqual({ registry, repository, tag, digest });
    expect(reference.familiarName).toBe(familiarName);
    expect(reference.canonicalName).toBe(`${registry}/${repository}`);
  });

  test.each([
    ['', 'it must be text such as "postgres:18"'],
    ['a'.repeat(64), 'it is an image id, which no registry knows; use repository:tag'],
    ['Postgres:18', 'the repository "library/Postgres" must be in lower case'],
    ['MyOrg/app:1', 'the repository "MyOrg/app" must be in lower case'],
    ['my app', 'the repository "library/my app" must be lower-case letters and digits'],
    ['a//b', 'the repository "a//b" must be lower-case'],
    ['a/b/', 'the repository "a/b/" must be lower-case'],
    ['/a', 'the repository "/a" must be lower-case'],
    ['postgres:', 'the tag "" must be 1 to 128 letters'],
    ['postgres:-1', 'the tag "-1" must be 1 to 128 letters'],
    ['postgres:18\n', 'the tag "18\\n" must be 1 to 128 letters'],
    ['postgres@sha256:abc', 'the digest "sha256:abc" must be "sha256:" and 64 hexadecimal digits in lower case'],
    [`postgres@${SHA.toUpperCase()}`, 'the digest "SHA256:'],
    ['-x.io/app', 'the registry "-x.io" must be a host name with an optional port'],
    ['x_y.io/app', 'the registry "x_y.io" must be a host name'],
    ['x.io:http/app', 'the registry "x.io:http" must be a host name'],
    [`x.io/${'a'.repeat(251)}`, 'the name must not be longer than 255 characters'],
    ['https://x.io/app', 'the registry "https:" must be a host name'],
  ])('refuses %s and names the bad part', (text, reason) => {
    expect(() => ImageReference.parse(text)).toThrow(`is not valid: ${reason}`);
  });

  test('agrees with another reader of the same grammar', () => {
    let accepted = 0;
    fc.assert(
      fc.property(nearlyReference, (text) => {
        const expected = oracle(text);
        const accepts = acceptsOrRefuses(() => ImageReference.parse(text));
        expect([text, accepts]).toEqual([text, expected !== undefined]);
        if (!accepts || !expected) return;
        accepted += 1;
        const { registry, repository, tag, digest } = ImageReference.parse(text);
        expect({ registry, repository, tag, digest }).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(60);
  });

  test('reads back what it prints', () => {
    fc.assert(
      fc.property(nearlyReference, (text) => {
        if (!acceptsOrRefuses(() => ImageReference.parse(text))) return;
        const reference = ImageReference.parse(text);
        expect(ImageReference.parse(reference.toString())).toEqual(reference);
        expect(ImageReference.parse(reference.canonicalName).familiarName).toBe(reference.familiarName);
      }),
    );
  });

  test('accepts or refuses any text, with no other error', () => {
    fc.assert(fc.property(hostileText, (text) => void acceptsOrRefuses(() => ImageReference.parse(text))));
    fc.assert(
      fc.property(fc.anything(), (value) => void acceptsOrRefuses(() => ImageReference.parse(value as string))),
    );
  });
});

describe('Image', () => {
  test('of keeps the reference and the platform', () => {
    const image = Image.of(`postgres:18@${SHA}`, { platform: 'linux/arm64' });
    expect(image.kind).toBe('pulled');
    expect(String(image.reference)).toBe(`postgres:18@${SHA}`);
    expect(image.platform).toBe('linux/arm64');
    expect('platform' in Image.of('postgres:18')).toBe(false);
  });

  test('of refuses a reference that moves with every push', () => {
    expect(() => Image.of('postgres')).toThrow(
      'image reference "postgres" has neither a tag nor a digest; write for example "postgres:1.2.3"',
    );
  });

  test('of refuses a platform that is none', () => {
    expect(() => Image.of('postgres:18', { platform: 'arm' })).toThrow(
      'platform of image "postgres:18" must look like "linux/arm64", got "arm"',
    );
  });

  test('build holds everything that decides what is built', () => {
    const image = Image.build('./api', {
      dockerfile: 'docker/Dockerfile.prod',
      target: 'runtime',
      args: { APP: '1', EMPTY: '' },
      baseImages: { BASE: 'python:3.12-slim' },
      platform: 'linux/arm64',
    });
    expect(image).toEqual<BuiltImage>({
      kind: 'built',
      contextDirectory: './api',
      dockerfile: 'docker/Dockerfile.prod',
      target: 'runtime',
      args: { APP: '1', EMPTY: '' },
      baseImages: { BASE: ImageReference.parse('python:3.12-slim') },
      options: { platform: 'linux/arm64' },
    });
    expect(Image.build('.')).toStrictEqual({
      kind: 'built',
      contextDirectory: '.',
      dockerfile: 'Dockerfile',
      args: {},
      baseImages: {},
      options: {},
    });
  });

  test.each([
    [() => Image.build(''), 'build context must be text that is not empty, got ""'],
    [() => Image.build('a\0b'), 'build context must not contain a NUL character, got "a\\u0000b"'],
    [() => Image.build('a\nb'), 'build context must be a single line, got "a\\nb"'],
    [() => Image.build('.', { target: '' }), 'build target must be text that is not empty'],
    [() => Image.build('.', { args: { '1A': 'x' } }), 'build argument must be letters, digits and "_"'],
    [() => Image.build('.', { args: { A: '\0' } }), 'build argument A must not contain a NUL character'],
    [
      () => Image.build('.', { args: { A: '1' }, baseImages: { A: 'x:1' } }),
      'build argument "A" is in both args and baseImages; keep one',
    ],
    [
      () => Image.build('.', { baseImages: { A: 'python' } }),
      'image reference "python" has neither a tag nor a digest',
    ],
  ])('build refuses bad input (%#)', (build, message) => {
    expect(build).toThrow(message);
  });

  test.each(['../Dockerfile', 'a/../../b', '/etc/x', 'C:\\x', '\\\\x', 'a\\..\\b'])(
    'build refuses the outside Dockerfile %j',
    (dockerfile) => {
      expect(() => Image.build('.', { dockerfile })).toThrow(
        `dockerfile must be a path inside the build context, got ${JSON.stringify(dockerfile)}`,
      );
    },
  );

  test('only a pulled image without a digest is mutable', () => {
    expect(isMutable(Image.of('postgres:18'))).toBe(true);
    expect(isMutable(Image.of(`postgres:18@${SHA}`))).toBe(false);
    expect(isMutable(Image.build('.'))).toBe(false);
  });

  test('accepts or refuses any text, with no other error', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (a, b, c) => {
        acceptsOrRefuses(() => Image.of(a, { platform: b }));
        acceptsOrRefuses(() => Image.build(a, { dockerfile: b, target: c, args: { [a]: b }, baseImages: { [b]: c } }));
      }),
    );
  });
});

describe('image sources', () => {
  const from = (text: string, sources: Record<string, string>) =>
    String(applyImageSources(ImageReference.parse(text), sources));
  const pinned = `postgres:18@${SHA}`;

  test.each([
    [
      'another repository keeps tag and digest',
      { postgres: 'registry.local/postgres' },
      `registry.local/postgres:18@${SHA}`,
    ],
    ['a replacement with a tag drops tag and digest', { postgres: 'standin/postgres:17' }, 'standin/postgres:17'],
    ['a replacement with a digest drops tag and digest', { postgres: `x.io/p@${SHA}` }, `x.io/p@${SHA}`],
    [
      'a registry prefix moves the whole registry',
      { 'docker.io/': 'mirror.local/' },
      `mirror.local/library/postgres:18@${SHA}`,
    ],
    [
      'a prefix may move below another path',
      { 'docker.io/': 'mirror.local/hub/' },
      `mirror.local/hub/library/postgres:18@${SHA}`,
    ],
    [
      'an organization is a prefix',
      { 'library/': 'mirror.local/official/' },
      `mirror.local/official/postgres:18@${SHA}`,
    ],
    ['the full name means the same as the short one', { 'docker.io/library/postgres': 'x.io/p' }, `x.io/p:18@${SHA}`],
    ['the longest match wins', { 'docker.io/': 'a.io/', postgres: 'c.io/p', 'library/': 'b.io/' }, `c.io/p:18@${SHA}`],
    ['a longer prefix wins', { 'docker.io/': 'a.io/', 'library/': 'b.io/' }, `b.io/postgres:18@${SHA}`],
    ['a replacement is not replaced again', { postgres: 'mysql', mysql: 'mariadb' }, `mysql:18@${SHA}`],
    [
      'other repositories are left alone',
      { postgre: 'x.io/a', 'postgres/postgres': 'x.io/b', 'ghcr.io/': 'x.io/' },
      pinned,
    ],
    ['no sources change nothing', {}, pinned],
  ])('%s', (_title, sources, expected) => {
    expect(from(pinned, sources)).toBe(expected);
    expect(from(pinned, sources)).toBe(expected);
  });

  test('a prefix ends at a slash', () => {
    expect(from('pgvector/pgvector:1', { 'pgvector/': 'x.io/v/' })).toBe('x.io/v/pgvector:1');
    expect(from('pgvector2/pgvector:1', { 'pgvector/': 'x.io/v/' })).toBe('pgvector2/pgvector:1');
    expect(from('ghcr.io/a/b:1', { 'ghcr.io/a/': 'docker.io/a/' })).toBe('a/b:1');
  });

  test.each([
    [
      { 'docker.io/': 'mirror.local' },
      'image source "docker.io/" must map to a prefix that ends in "/", as the key does, got "mirror.local"',
    ],
    [{ postgres: 'mirror.local/' }, 'image source "postgres" must map to a repository, got "mirror.local/"'],
    [{ postgres: 'Bad Name' }, 'image source "postgres": image reference "Bad Name" is not valid'],
    [{ postgres: '' }, 'image source "postgres": image reference "" is not valid'],
    [{ 'postgres:18': 'x.io/p' }, 'image source "postgres:18" must be a repository without tag or digest'],
    [{ 'x y/': 'x.io/' }, 'image source "x y/": image reference "x y/any/any" is not valid'],
    [{ '/': 'x.io/' }, 'image source "/": image reference "/any/any" is not valid'],
    [{ 'a/': '-b.io/' }, 'image source "a/": image reference "-b.io/any" is not valid'],
  ])('refuses %j although nothing asks for it', (sources, message) => {
    expect(() => from('redis:8', sources as Record<string, string>)).toThrow(message);
  });

  test.each(['5', '"mirror.example"', '["mirror.example"]', 'null'])('refuses %s, which JSON can say too', (text) => {
    const sources = JSON.parse(text) as ImageMirrors;
    expect(() => applyImageSources(ImageReference.parse('postgres:18'), sources)).toThrow(
      `image sources must be an object such as {"postgres":"mirror.example/postgres"}, got ${text}`,
    );
  });

  test('accepts or refuses any map, with no other error', () => {
    const reference = ImageReference.parse(pinned);
    const maps = fc.dictionary(
      fc.oneof(hostileText, nearlyReference, fc.constantFrom('docker.io/', 'postgres')),
      fc.oneof(hostileText, nearlyReference),
    );
    fc.assert(fc.property(maps, (sources) => void acceptsOrRefuses(() => applyImageSources(reference, sources))));
  });
});

/** What the other reader makes of it; undefined when it refuses. */
function oracle(text: string): Record<string, string | undefined> | undefined {
  try {
    const { domain, repository, tag, digest } = parseFamiliarName(text);
    return { registry: domain, repository, tag, digest };
  } catch {
    return undefined;
  }
}
