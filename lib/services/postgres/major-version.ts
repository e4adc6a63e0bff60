import { existsSync, readFileSync } from 'node:fs';
import type { Construct } from 'constructs';
import { ConfigurationError, describeImage, quoted } from '../../values';
import type { Image } from '../../values';
import { placeBelow } from '../../model/located';
import { MAJOR_LABEL, WORKLOAD_LABEL, workloadKey } from '../../model/labels';
import type { StackContext } from '../../model/stack-context';
import { UPGRADE_VARIABLE } from '../../model/volume-names';

/** Returns the major version in a tag: '18.6', '17-alpine', '0.8.6-pg18-trixie'. */
export function majorVersionOf(image: Image): number | undefined {
  if (image.kind === 'built') return undefined;
  const tag = image.reference.tag ?? '';
  const found = /(?:^|-)pg(\d{2})(?:\D|$)/.exec(tag) ?? /^(\d{2})(?:[.-]|$)/.exec(tag);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

interface StateFile {
  readonly resources?: readonly {
    readonly type?: string;
    readonly instances?: readonly { readonly attributes?: StateAttributes }[];
  }[];
}

interface StateAttributes {
  readonly labels?: readonly StateLabel[];
  readonly volumes?: readonly { readonly volume_name?: string }[];
}

interface DeployedContainer {
  readonly labels: ReadonlyMap<string, string>;
  /** Names of the volumes that it mounts. */
  readonly volumes: readonly string[];
}

interface StateLabel {
  readonly label?: string;
  readonly value?: string;
}

/**
 * Returns the reason why this major version cannot be deployed, if the local state file shows one. If the state is
 * elsewhere or lost, the server's start script protects the volume.
 *
 * @param volume - name of the server's volume; another volume than today's may hold another version
 */
export function majorBumpFinding(
  { localState, stackName }: StackContext,
  hostname: string,
  wanted: number,
  volume: string,
): string | undefined {
  const deployed =
    localState === undefined ? undefined : deployedMajor(localState, workloadKey(stackName, hostname), volume);
  if (deployed === undefined || deployed === wanted || process.env[UPGRADE_VARIABLE] === stackName) return undefined;
  return (
    `the image runs PostgreSQL ${wanted}, the deployed data volume holds ${deployed}; a server cannot read the files of another ` +
    `major version. Keep an image of version ${deployed}, or move the data first (docs/postgres-service.md, "Major versions")`
  );
}

function deployedMajor(stateFile: string, workload: string, volume: string): number | undefined {
  if (!existsSync(stateFile)) return undefined;
  // Moved data is in a volume of its own; the deployed server keeps its own volume.
  const own = containers(stateFile).find(
    ({ labels, volumes }) => labels.get(WORKLOAD_LABEL) === workload && volumes.includes(volume),
  );
  const major = Number(own?.labels.get(MAJOR_LABEL));
  return Number.isInteger(major) ? major : undefined;
}

function containers(stateFile: string): readonly DeployedContainer[] {
  let state: StateFile;
  try {
    state = JSON.parse(readFileSync(stateFile, 'utf8')) as StateFile;
  } catch {
    return [];
  }
  return (state.resources ?? [])
    .filter((resource) => resource.type === 'docker_container')
    .flatMap((resource) => resource.instances ?? [])
    .map(({ attributes: { labels = [], volumes = [] } = {} }) => ({
      labels: new Map(labels.map(({ label, value }) => [label ?? '', value ?? ''])),
      volumes: volumes.flatMap(({ volume_name: name }) => name ?? []),
    }));
}

/** Returns the error for an image without a version in its tag. */
export function unknownMajor(scope: Construct, id: string, image: Image): ConfigurationError {
  return new ConfigurationError(
    placeBelow(scope, id),
    `cannot tell the PostgreSQL version of image ${quoted(describeImage(image))}; state \`majorVersion\`, for example 18`,
  );
}
