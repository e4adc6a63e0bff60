import { ConfigurationError } from './configuration-error';
import { ImageReference } from './image-reference';
import { quoted } from './quoted';

/**
 * Where images come from in an environment: repository → replacement. The longest matching key counts, once.
 *
 * - `{ postgres: 'registry.local/postgres' }`: another repository, same tag and digest;
 * - `{ postgres: 'standin/postgres:18' }`: another image; the tag and digest asked for are dropped;
 * - `{ 'docker.io/': 'mirror.local/' }`: everything below a prefix; both ends end in `/`.
 */
export type ImageSources = Readonly<Record<string, string>>;

interface Rule {
  /** A canonical name, or a prefix of canonical names that ends in `/`. */
  readonly match: string;
  readonly target: string;
}

/** The rules of an object are the same each time, and thousands of images ask the same environment. */
const compiledRules = new WeakMap<ImageSources, readonly Rule[]>();

/**
 * The reference that an environment uses in place of the one asked for; the same one when no key matches.
 * @throws ConfigurationError when a key or a replacement is no image repository
 */
export function applyImageSources(reference: ImageReference, sources: ImageSources): ImageReference {
  const name = reference.canonicalName;
  const rule = rulesOf(sources).find(({ match }) => (match.endsWith('/') ? name.startsWith(match) : name === match));
  if (!rule) return reference;
  const target = ImageReference.parse(rule.target + name.slice(rule.match.length));
  if (target.tag !== undefined || target.digest !== undefined) return target;
  const { tag, digest } = reference;
  return ImageReference.parse(target.canonicalName + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : ''));
}

function rulesOf(sources: ImageSources): readonly Rule[] {
  const known = compiledRules.get(sources);
  if (known) return known;
  assertRecord(sources);
  const rules = Object.entries(sources).map(([key, target]) => toRule(key, target));
  rules.sort((a, b) => b.match.length - a.match.length);
  compiledRules.set(sources, rules);
  return rules;
}

/** What a program reads from a file or variable may be any JSON. */
function assertRecord(sources: ImageSources): void {
  if (typeof sources === 'object' && sources !== null && !Array.isArray(sources)) return;
  throw new ConfigurationError(
    undefined,
    `image sources must be an object such as {"postgres":"mirror.example/postgres"}, got ${quoted(sources)}`,
  );
}

function toRule(key: string, target: string): Rule {
  const isPrefix = key.endsWith('/');
  if (typeof target !== 'string' || target.endsWith('/') !== isPrefix) {
    const expected = isPrefix ? 'a prefix that ends in "/", as the key does' : 'a repository';
    throw new ConfigurationError(
      undefined,
      `image source ${quoted(key)} must map to ${expected}, got ${quoted(target)}`,
    );
  }
  parseEnd(key, isPrefix ? `${target}any` : target);
  const from = parseEnd(key, isPrefix ? prefixProbe(key) : key);
  if (from.tag !== undefined || from.digest !== undefined) {
    throw new ConfigurationError(undefined, `image source ${quoted(key)} must be a repository without tag or digest`);
  }
  return { match: isPrefix ? from.canonicalName.slice(0, -PROBE.length) : from.canonicalName, target };
}

/** Two components, so that a bare registry is not read as part of the official images. */
const PROBE = 'any/any';

function prefixProbe(prefix: string): string {
  return prefix + PROBE;
}

function parseEnd(key: string, text: string): ImageReference {
  try {
    return ImageReference.parse(text);
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    throw new ConfigurationError(undefined, `image source ${quoted(key)}: ${error.detail}`);
  }
}
