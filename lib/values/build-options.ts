import { assertLine, assertText } from './assert-text';
import { ConfigurationError } from './configuration-error';
import { assertEnvironmentKey } from './names';
import { quote } from './quote';

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const SECRET_ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Source of a build secret: a file, or an environment variable, of the machine that runs Terraform. */
export type BuildSecret =
  | {
      /** Path of a file with the value. */
      readonly file: string;
    }
  | {
      /** Name of an environment variable with the value. */
      readonly variable: string;
    };

/** Place of a build cache: an image in a registry, or a directory of the machine that runs Terraform. */
export type BuildCache =
  | {
      /** Reference of an image that holds the cache. */
      readonly registry: string;
    }
  | {
      /** Path of a directory that holds the cache. */
      readonly directory: string;
    };

/** Options of a build that only some builders know. */
export interface BuilderOptions {
  /**
   * Labels of the image. A changed label is a new image, which replaces the containers.
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Platform to build for, for example `linux/arm64`. Another one than the engine's needs emulation on the engine.
   * @default - the engine's own platform
   */
  readonly platform?: string;
  /**
   * Secrets of the build by id, for `RUN --mount=type=secret,id=…`. The value reaches no layer, plan or state. A
   * changed value does not rebuild the image, because only the id counts.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, BuildSecret>>;
  /**
   * Keys or agent sockets by id, for `RUN --mount=type=ssh`. The Terraform provider cannot forward them, so an
   * `Engine` refuses this option: give a deploy key as one of the `secrets`.
   * @default - none
   */
  readonly ssh?: Readonly<Record<string, string>>;
  /**
   * Directories by name, for `COPY --from=NAME`. A changed file in one replaces the containers. Needs provider 4.
   * @default - none
   */
  readonly contexts?: Readonly<Record<string, string>>;
  /**
   * Caches that the build may read. Needs provider 4. A changed cache does not rebuild the image.
   * @default - the builder's own cache
   */
  readonly cacheFrom?: readonly BuildCache[];
  /**
   * Caches that the build writes. Needs provider 4 and an engine with the containerd image store.
   * @default - the builder's own cache
   */
  readonly cacheTo?: readonly BuildCache[];
}

/**
 * Refuses options that the builder would misread.
 * @throws ConfigurationError for a name, path or value that the builder would read as something else
 */
export function assertBuilderOptions({ labels, secrets, contexts, cacheFrom, cacheTo }: BuilderOptions): void {
  for (const [key, value] of Object.entries(labels ?? {})) assertLabel(key, value);
  for (const [id, secret] of Object.entries(secrets ?? {})) assertSecret(id, secret);
  for (const [name, directory] of Object.entries(contexts ?? {})) assertNamedContext(name, directory);
  for (const [option, caches] of Object.entries({ cacheFrom, cacheTo })) {
    for (const cache of caches ?? []) assertCache(option, cache);
  }
}

function assertLabel(key: string, value: string): void {
  assertName('label of a build', key, /^[^\s=]+$/, 'text without blanks and "="');
  if (value !== '') assertText(undefined, `build label ${key}`, value);
}

function assertNamedContext(name: string, directory: string): void {
  assertName('name of a build context', name, NAME, 'lower-case letters, digits and inner ".", "_" and "-"');
  assertLine(undefined, `build context ${name}`, directory);
}

function assertName(what: string, value: string, pattern: RegExp, expected: string): void {
  if (pattern.test(value)) return;
  throw new ConfigurationError(undefined, `${what} must be ${expected}, got ${quote(value)}`);
}

function assertSecret(id: string, secret: BuildSecret): void {
  assertName('id of a build secret', id, SECRET_ID, 'letters, digits, "_", "." and "-"');
  if ('variable' in secret) assertEnvironmentKey(undefined, `variable of build secret ${id}`, secret.variable);
  else assertListed(`file of build secret ${id}`, secret.file);
}

function assertCache(option: string, cache: BuildCache): void {
  if ('registry' in cache) assertListed(`registry of ${option}`, cache.registry);
  else assertListed(`directory of ${option}`, cache.directory);
}

/**
 * Refuses a comma, because the builder takes these values in a comma-separated list and the provider does not quote
 * them.
 */
function assertListed(what: string, value: string): void {
  assertLine(undefined, what, value);
  if (!/[",]/.test(value)) return;
  throw new ConfigurationError(
    undefined,
    `${what} must have no comma and no quotation mark, got ${quote(value)}; give it another name`,
  );
}
