import { existsSync, readFileSync } from 'node:fs';
import type { Image } from '../../values';
import { WORKLOAD_LABEL, workloadKey } from '../../model/labels';
import type { StackContext } from '../../model/stack-context';

/** Label on the running server that says what its volume holds. */
export const MAJOR_LABEL = 'docker-constructs.postgres-major';

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
    readonly instances?: readonly { readonly attributes?: { readonly labels?: readonly StateLabel[] } }[];
  }[];
}

interface StateLabel {
  readonly label?: string;
  readonly value?: string;
}

/**
 * What is wrong with deploying this major version, as far as the local state file knows what runs today. A volume whose
 * state is elsewhere, or gone, is guarded by the server's start script.
 */
export function majorBumpFinding(
  { localState, stackName }: StackContext,
  hostname: string,
  wanted: number,
): string | undefined {
  const deployed = localState === undefined ? undefined : deployedMajor(localState, workloadKey(stackName, hostname));
  if (deployed === undefined || deployed === wanted) return undefined;
  return (
    `the image runs PostgreSQL ${wanted}, the deployed data volume holds ${deployed}; a server cannot read the files of another ` +
    `major version. Keep an image of version ${deployed}, or move the data first (docs/postgres-service.md, "Major versions")`
  );
}

function deployedMajor(stateFile: string, workload: string): number | undefined {
  if (!existsSync(stateFile)) return undefined;
  const labelSets = containerLabels(stateFile);
  const own = labelSets.find((labels) => labels.get(WORKLOAD_LABEL) === workload);
  const major = Number(own?.get(MAJOR_LABEL));
  return Number.isInteger(major) ? major : undefined;
}

function containerLabels(stateFile: string): readonly ReadonlyMap<string, string>[] {
  let state: StateFile;
  try {
    state = JSON.parse(readFileSync(stateFile, 'utf8')) as StateFile;
  } catch {
    return [];
  }
  return (state.resources ?? [])
    .filter((resource) => resource.type === 'docker_container')
    .flatMap((resource) => resource.instances ?? [])
    .map(
      (instance) => new Map((instance.attributes?.labels ?? []).map(({ label, value }) => [label ?? '', value ?? ''])),
    );
}
