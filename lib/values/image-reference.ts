import { ConfigurationError } from './configuration-error';
import { holdsMissing } from './names';
import { quote } from './quote';

const DEFAULT_REGISTRY = 'docker.io';
const LEGACY_REGISTRY = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';
const MAX_NAME_LENGTH = 255;

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const REGISTRY = new RegExp(String.raw`^(?:${LABEL}(?:\.${LABEL})*|\[[a-fA-F0-9:]+\])(?::\d+)?$`);
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const IMAGE_ID = /^[a-f0-9]{64}$/;

/** The name of an image in a registry, read by the grammar that Docker uses and normalized as Docker does it. */
export class ImageReference {
  /**
   * Returns the reference that a text stands for.
   * @param text for example `postgres:18`, `ghcr.io/owner/app@sha256:…`
   * @throws ConfigurationError naming the part that is wrong
   */
  public static parse(text: string): ImageReference {
    if (typeof text !== 'string' || text === '') throw bad(text, 'it must be text such as "postgres:18"');
    if (IMAGE_ID.test(text)) throw bad(text, 'it is an image id, which no registry knows; use repository:tag');
    const { name, tag, digest } = splitReference(text);
    const { registry, repository } = splitName(name);
    assertName(text, registry, repository);
    if (tag !== undefined && !TAG.test(tag)) {
      throw bad(
        text,
        `the tag ${quote(tag)} must be 1 to 128 letters, digits, "_", "." or "-", and not start with "." or "-"`,
      );
    }
    if (holdsMissing(text)) {
      throw bad(text, 'a value in it was missing when it was put together; state it, or give it a default');
    }
    if (digest !== undefined && !DIGEST.test(digest)) {
      throw bad(text, `the digest ${quote(digest)} must be "sha256:" and 64 hexadecimal digits in lower case`);
    }
    return new ImageReference(registry, repository, tag, digest);
  }

  private constructor(
    /** Registry host; `docker.io` if the text names none. */
    public readonly registry: string,
    /** Path in the registry, `library/postgres` for `postgres`. */
    public readonly repository: string,
    /** Tag, if the text has one. */
    public readonly tag: string | undefined,
    /** Digest with its algorithm, if the text has one: `sha256:…`. */
    public readonly digest: string | undefined,
  ) {}

  /** Full name with registry and repository: `docker.io/library/postgres`. */
  public get canonicalName(): string {
    return `${this.registry}/${this.repository}`;
  }

  /** Shortest name with the same meaning: `postgres`, `pgvector/pgvector`, `ghcr.io/owner/app`. */
  public get familiarName(): string {
    const full = this.canonicalName;
    if (this.registry !== DEFAULT_REGISTRY) return full;
    const official = this.repository.startsWith(OFFICIAL_PREFIX) ? [this.repository.slice(OFFICIAL_PREFIX.length)] : [];
    return [...official, this.repository].find((name) => isSameName(name, full)) ?? full;
  }

  /** Returns the familiar name with tag and digest; parsing it again gives an equal reference. */
  public toString(): string {
    return this.familiarName + (this.tag ? `:${this.tag}` : '') + (this.digest ? `@${this.digest}` : '');
  }
}

interface Parts {
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

function splitReference(text: string): Parts {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? named : named.slice(0, colon),
    tag: colon < 0 ? undefined : named.slice(colon + 1),
    digest: at < 0 ? undefined : text.slice(at + 1),
  };
}

/**
 * Splits a name. The first component is a registry if it has a dot or a port, or is localhost. Newer engines also take
 * `MyOrg/app` for a registry called MyOrg; here it is refused, because it nearly always is a mistake.
 */
function splitName(name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const head = name.slice(0, Math.max(slash, 0));
  const named = slash > 0 && (/[.:]/.test(head) || head === 'localhost');
  const registry = named && head !== LEGACY_REGISTRY ? head : DEFAULT_REGISTRY;
  const path = named ? name.slice(slash + 1) : name;
  const official = registry === DEFAULT_REGISTRY && !path.includes('/');
  return { registry, repository: official ? OFFICIAL_PREFIX + path : path };
}

function isSameName(name: string, canonicalName: string): boolean {
  const { registry, repository } = splitName(name);
  return `${registry}/${repository}` === canonicalName && !IMAGE_ID.test(name);
}

function assertName(text: string, registry: string, repository: string): void {
  if (!REGISTRY.test(registry))
    throw bad(text, `the registry ${quote(registry)} must be a host name with an optional port`);
  if (registry.length + 1 + repository.length > MAX_NAME_LENGTH) {
    throw bad(text, `the name must not be longer than ${MAX_NAME_LENGTH} characters`);
  }
  if (REPOSITORY.test(repository)) return;
  const hint = REPOSITORY.test(repository.toLowerCase())
    ? 'must be in lower case'
    : 'must be lower-case letters and digits, separated by ".", "_", "__", "-" or "/"';
  throw bad(text, `the repository ${quote(repository)} ${hint}`);
}

function bad(text: string, reason: string): ConfigurationError {
  return new ConfigurationError(undefined, `image reference ${quote(text)} is not valid: ${reason}`);
}
