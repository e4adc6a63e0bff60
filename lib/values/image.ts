import { assertLine, assertText } from './assert-text';
import { assertBuilderOptions } from './build-options';
import type { BuilderOptions } from './build-options';
import { ConfigurationError } from './configuration-error';
import { ImageReference } from './image-reference';
import { assertEnvironmentKey } from './names';
import { quoted } from './quoted';

const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/;

/** An image that a registry provides. */
export interface PulledImage {
  readonly kind: 'pulled';
  readonly reference: ImageReference;
  /** For example `linux/arm64`. @default - the engine's own platform */
  readonly platform?: string;
}

/** An image that is built from source on deployment. */
export interface BuiltImage {
  readonly kind: 'built';
  /** As it was given; nothing here looks at the file system. */
  readonly contextDirectory: string;
  /** Path inside the context. */
  readonly dockerfile: string;
  /** The stage to build. @default - the last one */
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  /** Build arguments that name an image, kept apart so that image sources apply to them. */
  readonly baseImages: Readonly<Record<string, ImageReference | BuiltImage>>;
  readonly options: BuilderOptions;
}

/** What a container is started from. A changed image replaces the container. */
export type Image = PulledImage | BuiltImage;

export interface PulledImageOptions {
  /** For example `linux/arm64`. @default - the engine's own platform */
  readonly platform?: string;
}

export interface BuiltImageOptions extends BuilderOptions {
  /** Path of the Dockerfile inside the context. @default 'Dockerfile' */
  readonly dockerfile?: string;
  /** The stage to build. @default - the last one */
  readonly target?: string;
  /** Build arguments. They stay readable in the image's history: never a secret. @default - none */
  readonly args?: Readonly<Record<string, string>>;
  /**
   * Build arguments (by name) that are references of images, each with a tag or a digest, or images of the program,
   * which may be built themselves.
   * @default - none
   */
  readonly baseImages?: Readonly<Record<string, string | Image>>;
}

export const Image = {
  /**
   * An image from a registry.
   * @param reference `repository:tag`, best with `@sha256:…`; a reference with neither is refused, because it would
   * mean whatever was pushed last
   */
  of(reference: string, options: PulledImageOptions = {}): PulledImage {
    const parsed = parsePinned(reference);
    const { platform } = options;
    if (platform === undefined) return { kind: 'pulled', reference: parsed };
    assertPlatform(`image ${quoted(reference)}`, platform);
    return { kind: 'pulled', reference: parsed, platform };
  },

  /** An image built from the directory that holds its source. A changed file there replaces the containers. */
  build(contextDirectory: string, options: BuiltImageOptions = {}): BuiltImage {
    const { dockerfile = 'Dockerfile', target, args = {}, baseImages = {}, ...others } = options;
    assertLine(undefined, 'build context', contextDirectory);
    assertInContext(dockerfile);
    if (target !== undefined) assertLine(undefined, 'build target', target);
    assertArguments(args, baseImages);
    if (others.platform !== undefined) assertPlatform(`a build of ${quoted(contextDirectory)}`, others.platform);
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

/** True when the registry may answer with other content tomorrow: a pulled image without a digest. */
export function isMutable(image: Image): boolean {
  return image.kind === 'pulled' && image.reference.digest === undefined;
}

/** An image as messages and tables name it. */
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
      `image reference ${quoted(text)} has neither a tag nor a digest; write for example ${quoted(`${text}:1.2.3`)}`,
    );
  }
  return reference;
}

function assertPlatform(what: string, platform: string): void {
  if (PLATFORM.test(platform)) return;
  throw new ConfigurationError(undefined, `platform of ${what} must look like "linux/arm64", got ${quoted(platform)}`);
}

function assertInContext(dockerfile: string): void {
  assertLine(undefined, 'dockerfile', dockerfile);
  const outside = /^(?:[/\\]|[a-zA-Z]:)/.test(dockerfile) || dockerfile.split(/[/\\]/).includes('..');
  if (outside) {
    throw new ConfigurationError(
      undefined,
      `dockerfile must be a path inside the build context, got ${quoted(dockerfile)}`,
    );
  }
}

function assertArguments(args: Readonly<Record<string, string>>, baseImages: Readonly<Record<string, unknown>>): void {
  for (const key of [...Object.keys(args), ...Object.keys(baseImages)])
    assertEnvironmentKey(undefined, 'build argument', key);
  for (const [key, value] of Object.entries(args)) {
    if (value !== '') assertText(undefined, `build argument ${key}`, value);
    if (Object.hasOwn(baseImages, key)) {
      throw new ConfigurationError(undefined, `build argument ${quoted(key)} is in both args and baseImages; keep one`);
    }
  }
}
