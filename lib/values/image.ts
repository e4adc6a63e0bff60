import { assertLine, assertText } from './assert-text';
import { assertBuilderOptions } from './build-options';
import type { BuilderOptions } from './build-options';
import { ConfigurationError } from './configuration-error';
import { BUILT, PULLED } from './factory-shapes';
import { ImageReference } from './image-reference';
import { assertEnvironmentKey } from './names';
import { assertOptions, factory } from './option-shapes';
import { quote } from './quote';

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/;

/** An image that a registry provides. */
export interface PulledImage {
  /** Distinguishes this kind of image from the other. */
  readonly kind: 'pulled';
  /** Name of the image, with a tag or a digest. */
  readonly reference: ImageReference;
  /** Platform to pull, for example `linux/arm64`. @default - the engine's own platform */
  readonly platform?: string;
}

/** An image that is built from source at deployment. */
export interface BuiltImage {
  /** Distinguishes this kind of image from the other. */
  readonly kind: 'built';
  /** Directory of the source as it was given; nothing here looks at the file system. */
  readonly contextDirectory: string;
  /** Path of the Dockerfile inside the context. */
  readonly dockerfile: string;
  /** Stage to build. @default - the last one */
  readonly target?: string;
  /** Other build arguments by name. */
  readonly args: Readonly<Record<string, string>>;
  /** Build arguments that name an image, kept apart so that image sources apply to them. */
  readonly baseImages: Readonly<Record<string, ImageReference | BuiltImage>>;
  /** Options that only some builders know. */
  readonly options: BuilderOptions;
}

/**
 * An image to start a container from: `Image.of` for one of a registry, `Image.build` for one built from source. A
 * changed image replaces the container.
 */
export type Image = PulledImage | BuiltImage;

/** Options of `Image.of`. */
export interface PulledImageOptions {
  /** Platform to pull, for example `linux/arm64`. @default - the engine's own platform */
  readonly platform?: string;
}

/** Options of `Image.build`. */
export interface BuiltImageOptions extends BuilderOptions {
  /** Path of the Dockerfile inside the context. @default 'Dockerfile' */
  readonly dockerfile?: string;
  /** Stage to build. @default - the last one */
  readonly target?: string;
  /** Build arguments. They stay readable in the image's history: never a secret. @default - none */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Build arguments (by name) that are image references, each with a tag or a digest, or images of the program,
   * which may be built from source too.
   * @default - none
   */
  readonly baseImages?: Readonly<Record<string, string | Image>>;
}

export const Image = {
  /**
   * Returns an image from a registry.
   * @param reference `repository:tag`, best with `@sha256:…`; a reference with neither is refused, because it would
   * mean the image that was pushed last
   */
  of(reference: string, options: PulledImageOptions = {}): PulledImage {
    assertOptions(factory('Image.of'), options, PULLED);
    const parsed = parsePinned(reference);
    const { platform } = options;
    if (platform === undefined) return { kind: 'pulled', reference: parsed };
    assertPlatform(`image ${quote(reference)}`, platform);
    return { kind: 'pulled', reference: parsed, platform };
  },

  /** Returns an image built from the directory that holds its source. A changed file there replaces the containers. */
  build(contextDirectory: string, options: BuiltImageOptions = {}): BuiltImage {
    assertOptions(factory('Image.build'), options, BUILT);
    const { dockerfile = 'Dockerfile', target, args = {}, baseImages = {}, ...others } = options;
    assertLine(undefined, 'build context', contextDirectory);
    assertInContext(dockerfile);
    if (target !== undefined) assertLine(undefined, 'build target', target);
    assertArguments(args, baseImages);
    if (others.platform !== undefined) assertPlatform(`a build of ${quote(contextDirectory)}`, others.platform);
    assertBuilderOptions(others);
    return {
      kind: 'built',
      contextDirectory,
      dockerfile,
      ...(target === undefined ? {} : { target }),
      args: { ...args },
      baseImages: Object.fromEntries(Object.entries(baseImages).map(([key, base]) => [key, baseOf(base)])),
      options: { ...others },
    };
  },
};

/** Returns true if the registry may answer with other content tomorrow: for a pulled image without a digest. */
export function isMutable(image: Image): boolean {
  return image.kind === 'pulled' && image.reference.digest === undefined;
}

/** Returns an image's name for messages and tables. */
export function describeImage(image: Image): string {
  return image.kind === 'pulled' ? image.reference.toString() : `built from ${image.contextDirectory}`;
}

function baseOf(base: string | Image): ImageReference | BuiltImage {
  if (typeof base === 'string') return parsePinned(base);
  return base.kind === 'built' ? base : base.reference;
}

function parsePinned(text: string): ImageReference {
  const reference = ImageReference.parse(text);
  if (reference.tag === undefined && reference.digest === undefined) {
    throw new ConfigurationError(
      undefined,
      `image reference ${quote(text)} has neither a tag nor a digest; write for example ${quote(`${text}:1.2.3`)}`,
    );
  }
  return reference;
}

function assertPlatform(what: string, platform: string): void {
  if (PLATFORM.test(platform)) return;
  throw new ConfigurationError(undefined, `platform of ${what} must look like "linux/arm64", got ${quote(platform)}`);
}

function assertInContext(dockerfile: string): void {
  assertLine(undefined, 'dockerfile', dockerfile);
  const outside = /^(?:[/\\]|[a-zA-Z]:)/.test(dockerfile) || dockerfile.split(/[/\\]/).includes('..');
  if (outside) {
    throw new ConfigurationError(
      undefined,
      `dockerfile must be a path inside the build context, got ${quote(dockerfile)}`,
    );
  }
}

function assertArguments(args: Readonly<Record<string, string>>, baseImages: Readonly<Record<string, unknown>>): void {
  for (const key of [...Object.keys(args), ...Object.keys(baseImages)])
    assertEnvironmentKey(undefined, 'build argument', key);
  for (const [key, value] of Object.entries(args)) {
    if (value !== '') assertText(undefined, `build argument ${key}`, value);
    if (Object.hasOwn(baseImages, key)) {
      throw new ConfigurationError(undefined, `build argument ${quote(key)} is in both args and baseImages; keep one`);
    }
  }
}
