import { ConfigurationError } from './configuration-error';
import { ImageReference } from './image-reference';
import { quote } from './quote';

/**
 * Replacement sources of images in an environment: repository → replacement. The longest matching key counts, once.
 *
 * - `{ postgres: 'registry.local/postgres' }`: another repository, same tag and digest;
 * - `{ postgres: 'standin/postgres:18' }`: another image; the requested tag and digest are dropped;
 * - `{ 'docker.io/': 'mirror.local/' }`: everything below a prefix; both ends end in `/`.
 */
export type ImageMirrors = Readonly<Record<string, string>>;

interface Rule {
  /** A canonical name, or a prefix of canonical names that ends in `/`. */
  readonly match: string;
  readonly target: string;
}

/** Cache of compiled rules: the rules of an object never change, and thousands of images ask the same environment. */
const compiledRules = new WeakMap<ImageMirrors, readonly Rule[]>();

/**
 * Returns the reference that an environment uses instead of the given one; the same one if no key matches.
 * @throws ConfigurationError when a key or a replacement is not an image repository
 */
export function applyImageSources(reference: ImageReference, sources: ImageMirrors): ImageReference {
  const name = reference.canonicalName;
  const rule = rulesOf(sources).find(({ match }) => (match.endsWith('/') ? name.startsWith(match) : name === match));
  if (!rule) return reference;
  const target = ImageReference.parse(rule.target + name.slice(rule.match.length));
  if (target.tag !== undefined || target.digest !== undefined) return target;
  const { tag, digest } = reference;
  return ImageReference.parse(target.canonicalName + (tag ? `:${tag}` : '') + (digest ? `@${digest}` : ''));
}

function rulesOf(sources: ImageMirrors): readonly Rule[] {
  const known = compiledRules.get(sources);
  if (known) return known;
  assertRecord(sources);
  const rules = Object.entries(sources).map(([key, target]) => toRule(key, target));
  rules.sort((a, b) => b.match.length - a.match.length);
  compiledRules.set(sources, rules);
  return rules;
}

/** Refuses a value that is not an object; a program may have read it from a file or variable as JSON. */
function assertRecord(sources: ImageMirrors): void {
  if (typeof sources === 'object' && sources !== null && !Array.isArray(sources)) return;
  throw new ConfigurationError(
    undefined,
    `image sources must be an object such as {"postgres":"mirror.example/postgres"}, got ${quote(sources)}`,
  );
}

function toRule(key: string, target: string): Rule {
  const isPrefix = key.endsWith('/');
  if (typeof target !== 'string' || target.endsWith('/') !== isPrefix) {
    const expected = isPrefix ? 'a prefix that ends in "/", as the key does' : 'a repository';
    throw new ConfigurationError(undefined, `image source ${quote(key)} must map to ${expected}, got ${quote(target)}`);
  }
  parseEnd(key, isPrefix ? `${target}any` : target);
  const from = parseEnd(key, isPrefix ? prefixProbe(key) : key);
  if (from.tag !== undefined || from.digest !== undefined) {
    throw new ConfigurationError(undefined, `image source ${quote(key)} must be a repository without tag or digest`);
  }
  return { match: isPrefix ? from.canonicalName.slice(0, -PROBE.length) : from.canonicalName, target };
}

/** Name with two components, so that a bare registry is not read as part of the official images. */
const PROBE = 'any/any';

function prefixProbe(prefix: string): string {
  return prefix + PROBE;
}

function parseEnd(key: string, text: string): ImageReference {
  try {
    return ImageReference.parse(text);
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    throw new ConfigurationError(undefined, `image source ${quote(key)}: ${error.detail}`);
  }
}
