import { ConfigurationError, type Located } from './configuration-error';
import { quoted } from './quoted';
import { share } from './share';

/** From when on somebody is told of the containers of a service. A change is a changed rule, and restarts nothing. */
export interface ContainerAlertOptions {
  /**
   * Most of its memory limit that a container may need, from 0 to 1; what the kernel could give up, such as files that it
   * keeps at hand, does not count. Known where cAdvisor runs.
   * @default 0.9
   */
  readonly mostMemory?: number;
  /**
   * Most of the time in which a container wants to run that it may have to wait for its CPU limit, from 0 to 1. Known where
   * cAdvisor runs.
   * @default 0.5
   */
  readonly mostThrottled?: number;
  /**
   * How often it may start again in 15 minutes, 0 to hear of each time. Known where cAdvisor runs, and of what has metrics.
   * @default 2
   */
  readonly mostStarts?: number;
}

/** What was stated, and nothing else. */
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
