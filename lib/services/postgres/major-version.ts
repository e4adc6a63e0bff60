import { existsSync, readFileSync } from 'node:fs';
import type { Construct } from 'constructs';
import { ConfigurationError, describeImage, quoted } from '../../values';
import type { Image } from '../../values';
import { placeBelow } from '../../model/located';
import { MAJOR_LABEL, WORKLOAD_LABEL, workloadKey } from '../../model/labels';
import type { StackContext } from '../../model/stack-context';
import { UPGRADE_VARIABLE } from '../../model/volume-names';

/** Major version as the tag tells it: '18.6', '17-alpine', '0.8.6-pg18-trixie'. */
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
  /** Names of what it mounts. */
  readonly volumes: readonly string[];
}

interface StateLabel {
  readonly label?: string;
  readonly value?: string;
}

/**
 * What is wrong with deploying this major version, as far as the local state file knows what runs today. A volume whose
 * state is elsewhere, or gone, is guarded by the server's start script.
 *
 * @param volume - name of the volume that the server is to have; another one than today's may hold another version
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
  // Moved data lies in a volume of its own; what the deployed server has stays with it.
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

/** Refusal of an image whose version is in no tag. */
export function unknownMajor(scope: Construct, id: string, image: Image): ConfigurationError {
  return new ConfigurationError(
    placeBelow(scope, id),
    `cannot tell the PostgreSQL version of image ${quoted(describeImage(image))}; state \`majorVersion\`, for example 18`,
  );
}
