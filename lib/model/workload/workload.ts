import { Construct } from 'constructs';
import type { IConstruct } from 'constructs';
import { assertEnvironmentKey, ConfigurationError, pathOf, quote } from '../../values';
import { assertConfigFile } from './config-file-check';
import type { ConfigFile, ReloadableConfig } from './config-file';
import { assertContainerPath, assertHostPath, assertPlainPath } from './container-path';
import { EnvironmentVariables } from './environment-variables';
import { assertMountPoints } from './mount-points';
import type { Network } from './network';
import { assertSecret, secretPath } from '../secrets/secret';
import type { Secret } from '../secrets/secret';
import { stackContext } from '../stack/stack-context';
import { withFollowers } from './start-order';
import type { Volume } from './volume';
import { assertWorkloadSpec } from './workload-checks';
import type { BindMount, Membership, MountOptions, SecretFile, VolumeMount } from './workload-parts';
import type { Observation, WorkloadSpec } from './workload-spec';
import { constructId } from '../stack/construct-id';

/**
 * The containers of a service, and everything that may still be added to them. The spec is fixed at construction; the
 * collections only grow, in any order, until the stack is rendered.
 */
export abstract class Workload extends Construct {
  /** Environment variables of the containers. */
  public readonly variables: EnvironmentVariables;
  private readonly memberships: Membership[] = [];
  private readonly mounts: VolumeMount[] = [];
  private readonly directories: BindMount[] = [];
  private readonly secretFiles: SecretFile[] = [];
  private readonly files: ConfigFile[] = [];
  private readonly reloadables: ReloadableConfig[] = [];
  private readonly dependencies: Workload[] = [];
  private readonly cleared: Workload[] = [];
  private readonly exports = new Map<string, Secret>();
  private observed: Observation = {};
  private rendered = false;

  /** Path of the service, which the program states; the workload is a part of it. */
  public readonly statedPath: string | undefined = this.node.id === 'Workload' ? this.node.scope?.node.path : undefined;

  public constructor(
    scope: Construct,
    id: string,
    /** Facts that were fixed at construction. */
    public readonly spec: WorkloadSpec,
  ) {
    super(scope, constructId(scope, id));
    assertWorkloadSpec(this, spec);
    this.variables = new EnvironmentVariables(this, () => this.assertOpen());
  }

  /** Returns host names that reach the containers of this workload one by one, for a proxy's list of upstreams. */
  public abstract upstreamHosts(): readonly string[];

  /** Returns the name whose DNS answer is the address of each container. `hostname` reaches any of them. */
  public abstract discoveryName(hostname: string): string;

  /** Makes the platform's resources. Called once; nothing can be added after it. */
  protected abstract renderResources(): void;

  /** Renders the workload. The stack calls it during synthesis. */
  public render(): void {
    this.rendered = true;
    assertMountPoints(this);
    this.renderResources();
  }

  /** Joins a network; joining twice adds the aliases. */
  public joinNetwork(network: Network, ...aliases: readonly string[]): void {
    this.assertOpen(network);
    const known = this.memberships.findIndex((membership) => membership.network === network);
    const membership = { network, aliases: [...new Set([...(this.memberships[known]?.aliases ?? []), ...aliases])] };
    if (known < 0) this.memberships.push(membership);
    else this.memberships[known] = membership;
  }

  /** Mounts a volume at an absolute path. A change replaces the containers. */
  public addVolume(volume: Volume, path: string, options: MountOptions = {}): void {
    this.assertOpen(volume);
    this.claimPath(path);
    this.mounts.push({ volume, path, readOnly: options.readOnly ?? false });
  }

  /**
   * Mounts a directory of the engine's machine: source code in development, host files that a program must read. If it
   * is missing, Docker makes an empty directory that belongs to root. A change replaces the containers.
   * @param source absolute path on that machine
   * @param options `readOnly` is true unless it is stated
   * @throws ConfigurationError for a relative path, and for a directory of this project with an engine elsewhere
   */
  public addBindMount(source: string, path: string, options: MountOptions = {}): void {
    this.assertOpen();
    assertHostPath(this, source);
    this.claimPath(path);
    this.directories.push({ source, path, readOnly: options.readOnly ?? true });
  }

  /** Delivers the secret as a file and returns its path: `/run/secrets/<name>`. */
  public addSecret(secret: Secret): string {
    assertSecret(this, secret);
    this.assertOpen(secret);
    const path = secretPath(secret);
    if (!this.secretFiles.some((file) => file.secret === secret)) this.secretFiles.push({ secret, path });
    return path;
  }

  /**
   * Exports a secret to a variable, for programs that only read variables. A start wrapper reads the secret's file, so
   * that no inspect shows the value. It then runs the program of the image, `entrypoint` and `command`. The image must
   * have `/bin/sh`. A change replaces the containers.
   */
  public exportSecret(key: string, secret: Secret): void {
    assertEnvironmentKey(this, 'environment variable that a shell exports', key);
    this.addSecret(secret);
    this.variables.export(key, secret.name);
    this.exports.set(key, secret);
  }

  /** Delivers a file; a change of its content replaces the containers. */
  public addFile(file: ConfigFile): void {
    this.assertOpen();
    assertConfigFile(this, file);
    if (this.files.some((known) => known.path === file.path)) {
      throw new ConfigurationError(this, `two files at ${quote(file.path)}; keep one of them`);
    }
    this.files.push(file);
  }

  /** Delivers a file that the running program reloads; a change of its content replaces nothing. */
  public addReloadable(config: ReloadableConfig): void {
    this.assertOpen();
    assertContainerPath(this, 'configuration directory', config.directory);
    assertPlainPath(this, `${config.directory}/${config.fileName}`);
    this.reloadables.push(config);
  }

  /** Sets how other programs observe it. Settings that are not stated again stay. A change replaces the containers. */
  public observe(observation: Observation): void {
    this.assertOpen();
    this.observed = { ...this.observed, ...observation };
  }

  /** Starts only after the others are up (a service: healthy; a job: ended with exit code 0). */
  public startAfter(...others: readonly Workload[]): void {
    for (const other of others) {
      this.assertOpen(other);
      if (other !== this && !this.dependencies.includes(other)) this.dependencies.push(other);
    }
  }

  /**
   * Starts only after the other is up, and after every workload that used the other's previous version has left it:
   * those that start after it, and proxies that send requests to it. For jobs that remove what only the previous
   * version used.
   */
  public clearAfter(other: Workload): void {
    this.assertOpen(other);
    if (!this.cleared.includes(other)) this.cleared.push(other);
  }

  /** Networks that the containers join, with their aliases there. */
  public get networks(): readonly Membership[] {
    return [...this.memberships];
  }

  /** Volumes that are mounted, with their paths. */
  public get volumeMounts(): readonly VolumeMount[] {
    return [...this.mounts];
  }

  /** Directories of the host that are mounted, with their paths. */
  public get bindMounts(): readonly BindMount[] {
    return [...this.directories];
  }

  /** Secrets that are delivered as files. */
  public get secrets(): readonly SecretFile[] {
    return [...this.secretFiles];
  }

  /** Variables that the start wrapper sets from a secret's file, by name. */
  public get secretExports(): ReadonlyMap<string, Secret> {
    return new Map(this.exports);
  }

  /** Files that are delivered when a container is created. */
  public get configFiles(): readonly ConfigFile[] {
    return [...this.files];
  }

  /** Files that the running program reloads. */
  public get reloadableConfigs(): readonly ReloadableConfig[] {
    return [...this.reloadables];
  }

  /** Settings by which other programs observe the containers. */
  public get observation(): Observation {
    return this.observed;
  }

  /** Workloads that must be up before this one starts. */
  public get startsAfter(): readonly Workload[] {
    return [...new Set([...this.dependencies, ...withFollowers(this.cleared)])];
  }

  /** Workloads after whose rollout this job cleans up. */
  public get clearsAfter(): readonly Workload[] {
    return [...this.cleared];
  }

  /** Workloads whose new version this one waits for: it starts after them or, as a proxy, gets their new addresses. */
  public get follows(): readonly Workload[] {
    if (this.cleared.length > 0) return [];
    return [...this.dependencies, ...this.reloadables.flatMap((config) => config.after())];
  }

  /**
   * True for a workload that owns data or a port of the host, which cannot run twice: the old containers stop before
   * the new ones start. All others are cut over: the new ones are healthy before the old ones stop.
   */
  public get stopsFirst(): boolean {
    if (this.spec.replacement !== undefined) return this.spec.replacement === 'stop-first';
    const ownsData = this.mounts.some((mount) => mount.volume.spec.data && !mount.readOnly);
    return ownsData || this.spec.ports.length > 0;
  }

  /** Refuses additions that come too late to be rendered, and those that another stack's plan must make first. */
  private assertOpen(added?: IConstruct): void {
    if (this.rendered) {
      throw new ConfigurationError(
        this,
        'was added to while the stack is being synthesized, too late to count; add before `app.synth()`',
      );
    }
    if (added === undefined || stackContext(added).root === stackContext(this).root) return;
    throw new ConfigurationError(
      this,
      `cannot use ${quote(pathOf(added))}, which belongs to another stack; ` +
        'put both into one stack, or connect to its address with an object of your own (`toConnection`)',
    );
  }

  private claimPath(path: string): void {
    assertContainerPath(this, 'mount path', path);
    const taken = [...this.mounts, ...this.directories].some((mount) => mount.path === path);
    if (taken) throw new ConfigurationError(this, `two mounts at ${quote(path)}; keep one of them`);
  }
}
