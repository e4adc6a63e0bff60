import type { Precondition } from 'cdktf';
import type { Container, ContainerVolumes } from '@cdktf/provider-docker/lib/container';
import { addresses, listed, makeCarrier } from './container';
import type { EngineWorkload } from './workload';
import { MarkedStep } from './marked-step';
import { DockerVolume } from './resources';
import { startWrapper } from '../shared/start-wrapper';
import { fileDirectories, fileUploads, secretConditions } from './files';

/** Resources that must exist before the containers of a revision are created. */
export interface Preparation {
  readonly container: Container;
  readonly mounts: readonly ContainerVolumes[];
  /** Stops the old containers of a workload that cannot run twice. */
  readonly handover?: MarkedStep;
}

/**
 * A container that is never started. It carries secrets and files into volumes of this revision, and a start wrapper
 * reads from it what the program starts with. For a workload that cannot run twice, its name also says whether a
 * handover to the revision is going on.
 */
export function renderPreparation(workload: EngineWorkload, ownership: Container | undefined): Preparation | undefined {
  const directories = fileDirectories(workload);
  const wrapper = startWrapper(workload);
  if (directories.length === 0 && !workload.stopsFirst && wrapper === undefined) return undefined;
  const mounts = directories.map(({ name, path }) => ({
    volumeName: volume(workload, name),
    containerPath: path,
    readOnly: true,
  }));
  const container = makeCarrier(workload, 'Preparation', `${workload.spec.hostname}-files`, {
    name: workload.nameOf('-files'),
    image: workload.image.id,
    ...(wrapper === undefined ? {} : { entrypoint: workload.draft.entrypoint, command: workload.draft.command }),
  });
  container.lifecycle = { ...container.lifecycle, precondition: conditions(workload) };
  container.putLabels(workload.labels('files'));
  if (mounts.length > 0) container.putVolumes(mounts.map((mount) => ({ ...mount, readOnly: false })));
  const uploads = [...fileUploads(workload)];
  if (uploads.length > 0) container.putUpload(uploads);
  // A cutover stops no container, so its files need not wait until it may start.
  const earlier = workload.stopsFirst ? [...workload.dependencyAddresses(), ...awaited(workload)] : [];
  container.dependsOn = listed([...addresses([ownership]), ...earlier]);
  return workload.stopsFirst ? { container, mounts, handover: handover(workload, container) } : { container, mounts };
}

/** Returns the last step before the new containers: it stops the old ones. */
function handover(workload: EngineWorkload, preparation: Container): MarkedStep {
  const { key, spec, stack } = workload;
  const step = new MarkedStep(
    workload,
    'Handover',
    preparation,
    stack.gate.handover(key, preparation, spec.stopGracePeriod),
  );
  step.overrideLogicalId(`${spec.hostname}-handover`);
  return step;
}

/**
 * Returns the workloads that its configuration waits for, such as new versions behind a proxy: the proxy would be down
 * for all of that time otherwise.
 */
function awaited(workload: EngineWorkload): readonly string[] {
  return addresses(workload.containersOf(workload.reloadableConfigs.flatMap((config) => config.after())));
}

function conditions(workload: EngineWorkload): Precondition[] | undefined {
  const wanted = secretConditions(workload);
  return wanted.length > 0 ? [...wanted] : undefined;
}

function volume(workload: EngineWorkload, name: string): string {
  const resource = new DockerVolume(workload, `Files-${name}`, {
    name: `${workload.nameOf(`-${name}`)}-${workload.claim.suffix}`,
    driver: 'local',
    lifecycle: { createBeforeDestroy: true, ignoreChanges: ['labels', 'driver_opts'] },
  });
  resource.overrideLogicalId(`${workload.spec.hostname}-${name}`);
  return resource.name;
}
