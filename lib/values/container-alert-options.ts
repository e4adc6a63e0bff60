import { ConfigurationError, type Located } from './configuration-error';
import { quoted } from './quote';
import { share } from './share';

/** Thresholds of the container alerts of a service. Changing them changes alert rules and restarts nothing. */
export interface ContainerAlertOptions {
  /**
   * Share of its memory limit that a container may need, from 0 to 1. Memory that the kernel could reclaim, such as
   * cached files, does not count. Needs cAdvisor.
   * @default 0.9
   */
  readonly mostMemory?: number;
  /**
   * Share of its wanted processor time for which a container may be throttled by its CPU limit, from 0 to 1. Needs
   * cAdvisor.
   * @default 0.5
   */
  readonly mostThrottled?: number;
  /**
   * Number of restarts allowed in 15 minutes; with 0 each restart fires the alert. Needs cAdvisor, or metrics of the
   * service itself.
   * @default 2
   */
  readonly mostStarts?: number;
}

/** Returns the options that are stated. */
export function containerAlertOptions(where: Located, options: ContainerAlertOptions = {}): ContainerAlertOptions {
  const { mostMemory, mostThrottled, mostStarts } = options;
  return {
    ...(mostMemory === undefined ? {} : { mostMemory: share('mostMemory', mostMemory, where) }),
    ...(mostThrottled === undefined ? {} : { mostThrottled: share('mostThrottled', mostThrottled, where) }),
    ...(mostStarts === undefined ? {} : { mostStarts: starts(mostStarts, where) }),
  };
}

function starts(most: number, where: Located): number {
  if (Number.isInteger(most) && most >= 0) return most;
  throw new ConfigurationError(where, `\`mostStarts\` must be a whole number from 0, got ${quoted(most)}`);
}
