import { basename, posix, resolve } from 'node:path';
import type { Construct } from 'constructs';
import { applyImageSources, contentHash, ConfigurationError } from '../../values';
import type { BuiltImage, Image, PulledImage, ImageReference } from '../../values';
import { hashBuildContext } from '../shared/build-context';
import { stackContext } from '../../model/stack/stack-context';
import { EngineBuild } from './build';
import type { EngineOptions } from './options';
import { DockerImage } from './resources';

/** An image of the stack: the resource that pulls or builds it, and the identity of its content. */
export interface EngineImage {
  readonly resource: DockerImage;
  /** Reference to the engine's id of the image. */
  readonly id: string;
  /** Reference with digest, or a hash of the build context; equal on every machine. */
  readonly identity: string;
}

/** Names of the base images of a build, and those that must be built before. */
interface Bases {
  readonly names: Readonly<Record<string, string>>;
  readonly built: readonly DockerImage[];
}

/** Input of a rendered build. */
interface Building {
  readonly bases: Bases;
  readonly build: EngineBuild;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** The images of one stack, each pulled or built once however many workloads use it. */
export class EngineImages {
  private readonly images = new Map<string, EngineImage>();
  /** Images that are rendered already. A lookup is faster, because a new one reads all files of a build's context. */
  private readonly known = new Map<Image, EngineImage>();

  public constructor(
    private readonly stack: Construct,
    private readonly options: EngineOptions,
  ) {}

  public get(image: Image): EngineImage {
    const known = this.known.get(image) ?? (image.kind === 'pulled' ? this.pulled(image) : this.built(image));
    this.known.set(image, known);
    return known;
  }

  private pulled(image: PulledImage): EngineImage {
    const { imageMirrors } = stackContext(this.stack).environment;
    const reference = applyImageSources(image.reference, imageMirrors ?? {}).toString();
    const identity = image.platform === undefined ? reference : `${reference} for ${image.platform}`;
    return this.once(identity, (id) =>
      this.resource(id, { name: reference, platform: image.platform, keepLocally: true }),
    );
  }

  private built(image: BuiltImage): EngineImage {
    const context = resolve(image.contextDirectory);
    const bases = this.baseImages(image);
    const buildArgs = { ...image.args, ...bases.names };
    const build = new EngineBuild(this.stack, image, this.options);
    const hash = hashBuildContext(context, {
      dockerfile: image.dockerfile,
      extra: { buildArgs, target: image.target ?? null, ...build.identity },
    });
    const name = `${stackContext(this.stack).stackName}/${basename(context)}:${hash.slice(0, 12)}`.toLowerCase();
    return this.once(name, (id) => this.buildResource(id, name, { bases, build, buildArgs }));
  }

  private buildResource(id: string, name: string, { bases, build, buildArgs }: Building): DockerImage {
    const resource = this.resource(id, {
      name,
      keepLocally: stackContext(this.stack).environment.keepData ?? false,
      forceRemove: true,
      dependsOn: bases.built.length > 0 ? [...bases.built] : undefined,
      buildAttribute: build.block(id, buildArgs),
      // The name has the hash of all that the image depends on. Other changes affect only how it is built, and where.
      lifecycle: { ignoreChanges: ['build'] },
    });
    build.complete(resource);
    return resource;
  }

  /** Returns the base images. They may be replaced by image sources too, or be built before. */
  private baseImages(image: BuiltImage): Bases {
    const sources = stackContext(this.stack).environment.imageMirrors ?? {};
    const built: DockerImage[] = [];
    const names = Object.entries(image.baseImages).map(([key, base]) => {
      if (!('kind' in base)) return [key, this.pinned(key, applyImageSources(base, sources))];
      const { resource, identity } = this.get(base);
      built.push(resource);
      return [key, identity];
    });
    return { names: Object.fromEntries(names) as Record<string, string>, built };
  }

  /** Returns a base image, and checks its digest. A policy cannot see that a plain build argument names an image. */
  private pinned(argument: string, base: ImageReference): string {
    const { environment } = stackContext(this.stack);
    if (environment.requireImageDigests !== true || base.digest !== undefined) return base.toString();
    throw new ConfigurationError(
      this.stack,
      `base image ${JSON.stringify(base.toString())} (build argument ${JSON.stringify(argument)}) may be other code ` +
        'tomorrow, and this environment pins its images; write its digest behind the tag: "name:tag@sha256:…"',
    );
  }

  private once(identity: string, make: (id: string) => DockerImage): EngineImage {
    const known = this.images.get(identity);
    if (known !== undefined) return known;
    const resource = make(logicalId(identity));
    const image = { resource, id: resource.imageId, identity };
    this.images.set(identity, image);
    return image;
  }

  private resource(id: string, config: ConstructorParameters<typeof DockerImage>[2]): DockerImage {
    const resource = new DockerImage(this.stack, id, config);
    resource.overrideLogicalId(id);
    return resource;
  }
}

function logicalId(identity: string): string {
  const repository = identity.replace(/[@ ].*$/, '').replace(/:[^/:]*$/, '');
  const base = posix.basename(repository).replace(/[^A-Za-z0-9_-]/g, '-');
  return `image-${base}-${contentHash(identity, 6)}`;
}
