import type { ContainerConfig } from '@cdktf/provider-docker/lib/container';
import { imageVersion } from '../../values';
import { stackContext } from '../../model/stack/stack-context';
import type { Workload } from '../../model/workload/workload';
import { controlGroup } from './control-group';
import { logDriver } from './log-driver';
import type { DriverSettings } from './log-driver';

/** Settings of the containers by which other programs observe a workload. */
export interface EngineObservation {
  readonly logDriver?: DriverSettings;
  /** Control group above those of the containers. */
  readonly controlGroup?: string;
}

/** Returns the engine's settings for the ways in which a workload is observed. */
export function engineObservation(workload: Workload): EngineObservation {
  const { spec, observation } = workload;
  const { stackName: stack } = stackContext(workload);
  const { hostname: service, image, logs: kept } = spec;
  const { logTransport, measured = false } = observation;
  return {
    ...(logTransport === undefined
      ? {}
      : { logDriver: logDriver(logTransport, { stack, service, version: imageVersion(image), kept }) }),
    ...(measured ? { controlGroup: controlGroup(stack, service) } : {}),
  };
}

/** Returns fields of the container that differ with monitoring. */
export function observationFields(workload: Workload): Partial<ContainerConfig> {
  const { logDriver: driver, controlGroup: group } = engineObservation(workload);
  return {
    ...(driver === undefined ? {} : { logDriver: driver.name, logOpts: { ...driver.options } }),
    ...(group === undefined ? {} : { cgroupParent: group }),
  };
}
