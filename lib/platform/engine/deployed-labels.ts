import { existsSync, readFileSync } from 'node:fs';
import type { IConstruct } from 'constructs';
import { WORKLOAD_LABEL, workloadKey } from '../../model/stack/labels';
import type { DeployedService } from '../../model/stack/platform';
import { stackContext } from '../../model/stack/stack-context';

interface StateFile {
  readonly resources?: readonly {
    readonly type?: string;
    readonly instances?: readonly { readonly attributes?: StateAttributes }[];
  }[];
}

interface StateAttributes {
  readonly labels?: readonly { readonly label?: string; readonly value?: string }[];
  readonly volumes?: readonly { readonly volume_name?: string }[];
}

interface DeployedContainer {
  readonly labels: ReadonlyMap<string, string>;
  /** Names of the volumes that it mounts. */
  readonly volumes: readonly string[];
}

/** Returns the labels of a deployed container with the service's volume, from the local state file. */
export function deployedLabels(
  scope: IConstruct,
  { hostname, volume }: DeployedService,
): ReadonlyMap<string, string> | undefined {
  const { localState, stackName } = stackContext(scope);
  if (localState === undefined || !existsSync(localState)) return undefined;
  const key = workloadKey(stackName, hostname);
  return containers(localState).find(
    ({ labels, volumes }) => labels.get(WORKLOAD_LABEL) === key && volumes.includes(volume),
  )?.labels;
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
