import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Construct } from 'constructs';
import type { Image as DockerImage, ImageBuild } from '@cdktf/provider-docker/lib/image';
import { ConfigurationError, quote } from '../../values';
import type { BuildCache, BuiltImage } from '../../values';
import { hashDirectory } from '../shared/build-context';
import { pathFromStack } from '../../model/stack/stack-paths';
import type { EngineOptions } from './options';
import { escapedText, expression, literal } from '../shared/terraform-text';

/** Attributes that the provider's bindings do not know, in Terraform's words. */
type NewerBlock = Readonly<Record<string, unknown>>;

/** A build in the form of an engine's Terraform provider. */
export class EngineBuild {
  private readonly isNewer: boolean;
  /**
   * True for an address that the provider's own builder client cannot use. The provider then sends the build through
   * the engine's API, which is BuildKit too.
   */
  private readonly throughApi: boolean;

  /** @throws ConfigurationError for an option that this provider, or this connection to the engine, would drop */
  public constructor(
    private readonly stack: Construct,
    private readonly image: BuiltImage,
    { host, certificates, providerVersion = '3' }: EngineOptions,
  ) {
    this.isNewer = Number(/\d+/.exec(providerVersion)?.[0]) >= 4;
    // Version 4 builds at DOCKER_HOST or the local socket, and ignores its own `host`.
    this.throughApi = host !== undefined && (this.isNewer || certificates !== undefined || host.startsWith('ssh://'));
    this.assertPossible();
  }

  /** Options that the image depends on, other than files, arguments and the stage; empty for a build without them. */
  public get identity(): Readonly<Record<string, string | Readonly<Record<string, string>> | readonly string[]>> {
    const { labels, platform, secrets, contexts } = this.image.options;
    const hashes = Object.entries(contexts ?? {}).map(([name, directory]) => [name, hashDirectory(directory)]);
    return {
      ...(labels === undefined ? {} : { labels }),
      ...(platform === undefined ? {} : { platform }),
      ...(secrets === undefined ? {} : { secrets: Object.keys(secrets).sort() }),
      ...(contexts === undefined ? {} : { contexts: Object.fromEntries(hashes) as Record<string, string> }),
    };
  }

  /**
   * Returns the block of the build.
   * @param id - of the image in the document; the builder writes its output to `<id>.log` beside the document
   */
  public block(id: string, buildArgs: Readonly<Record<string, string>>): ImageBuild {
    const { contextDirectory, dockerfile, target, options } = this.image;
    const { labels, platform } = options;
    return {
      context: this.path(contextDirectory),
      // The providers resolve a relative path against different folders.
      dockerfile: expression(`\${abspath(${literal(this.path(join(contextDirectory, dockerfile)))})}`),
      ...(this.throughApi ? {} : { builder: 'default', buildLogFile: `${id}.log` }),
      target,
      buildArgs: { ...buildArgs },
      // The builder reads one, the engine's API the other.
      ...(labels === undefined ? {} : { label: { ...labels }, labels: { ...labels } }),
      platform,
      secrets: this.secrets(),
      remove: true,
      forceRemove: true,
    };
  }

  /**
   * Adds attributes that only newer providers know. Overrides reach Terraform unchanged, so their texts are escaped
   * here.
   */
  public complete(resource: DockerImage): void {
    if (!this.isNewer) return;
    for (const [key, value] of Object.entries(this.newerBlock())) resource.addOverride(`build.${key}`, value);
  }

  private newerBlock(): NewerBlock {
    if (this.throughApi) return { use_legacy_builder: true };
    const { contexts, cacheFrom, cacheTo } = this.image.options;
    return {
      // A record with times in it would give each build of the same files another id.
      provenance: 'false',
      ...(contexts === undefined ? {} : { additional_contexts: this.contexts(contexts) }),
      ...(cacheFrom === undefined ? {} : { cache_from: cacheFrom.map((cache) => this.cache(cache, 'src')) }),
      ...(cacheTo === undefined ? {} : { cache_to: cacheTo.map((cache) => this.cache(cache, 'dest')) }),
    };
  }

  private secrets(): ImageBuild['secrets'] {
    const { secrets } = this.image.options;
    if (secrets === undefined) return undefined;
    return Object.entries(secrets).map(([id, secret]) =>
      'variable' in secret ? { id, env: secret.variable } : { id, src: this.path(secret.file) },
    );
  }

  private contexts(contexts: Readonly<Record<string, string>>): readonly string[] {
    return Object.entries(contexts).map(([name, directory]) => escapedText(`${name}=${this.path(directory)}`));
  }

  private cache(cache: BuildCache, direction: 'src' | 'dest'): string {
    const max = direction === 'dest' ? ',mode=max' : '';
    if ('registry' in cache) return escapedText(`type=registry,ref=${cache.registry}${max}`);
    return escapedText(`type=local,${direction}=${this.path(cache.directory)}${max}`);
  }

  private path(file: string): string {
    return pathFromStack(this.stack, resolve(file));
  }

  private assertPossible(): void {
    const { ssh, contexts, cacheFrom, cacheTo } = this.image.options;
    if (ssh !== undefined) {
      this.refuse('ssh', 'the Terraform provider cannot forward keys or agents; give a deploy key as one of `secrets`');
    }
    for (const [option, value] of Object.entries({ contexts, cacheFrom, cacheTo })) {
      if (value === undefined) continue;
      if (!this.isNewer)
        this.refuse(option, "the pinned Terraform provider drops it; use Engine({ providerVersion: '4.5.0' })");
      if (this.throughApi) {
        this.refuse(
          option,
          'the provider drops it for an engine that `host` names; name the engine by DOCKER_HOST instead',
        );
      }
    }
    this.assertOneIgnoreFile();
  }

  /** Refuses two ignore files: the API would apply both, and not only the Dockerfile's own. */
  private assertOneIgnoreFile(): void {
    const { contextDirectory, dockerfile } = this.image;
    const files = ['.dockerignore', `${dockerfile}.dockerignore`];
    if (!this.throughApi || !files.every((file) => existsSync(join(contextDirectory, file)))) return;
    this.refuse(
      files[1] ?? '',
      'beside .dockerignore the provider cannot use it for an engine that `host` names; keep one',
    );
  }

  private refuse(option: string, reason: string): never {
    throw new ConfigurationError(
      this.stack,
      `${quote(option)} of the build of ${quote(this.image.contextDirectory)}: ${reason}`,
    );
  }
}
