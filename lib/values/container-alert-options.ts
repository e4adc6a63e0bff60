import { ConfigurationError, type HasPath } from './configuration-error';
import { quote } from './quote';
import { share } from './share';

/** Thresholds of the container alerts of a service. Changing them changes alert rules and restarts nothing. */
export interface ContainerAlertOptions {
  /**
   * Share of its memory limit that a container may need, from 0 to 1. Memory that the kernel could reclaim, such as
   * cached files, does not count. Needs cAdvisor.
   * @default 0.9
   */
  readonly maxMemoryUsage?: number;
  /**
   * Share of its wanted processor time for which a container may be throttled by its CPU limit, from 0 to 1. Needs
   * cAdvisor.
   * @default 0.5
   */
  readonly maxCpuThrottling?: number;
  /**
   * Number of restarts allowed in 15 minutes; with 0 each restart fires the alert. Needs cAdvisor, or metrics of the
   * service itself.
   * @default 2
   */
  readonly maxRestarts?: number;
}

/** Returns the options that are stated. */
export function containerAlertOptions(where: HasPath, options: ContainerAlertOptions = {}): ContainerAlertOptions {
  const { maxMemoryUsage, maxCpuThrottling, maxRestarts } = options;
  return {
    ...(maxMemoryUsage === undefined ? {} : { maxMemoryUsage: share('maxMemoryUsage', maxMemoryUsage, where) }),
    ...(maxCpuThrottling === undefined ? {} : { maxCpuThrottling: share('maxCpuThrottling', maxCpuThrottling, where) }),
    ...(maxRestarts === undefined ? {} : { maxRestarts: starts(maxRestarts, where) }),
  };
}

function starts(most: number, where: HasPath): number {
  if (Number.isInteger(most) && most >= 0) return most;
  throw new ConfigurationError(where, `\`maxRestarts\` must be a whole number from 0, got ${quote(most)}`);
}
