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
   * How often it may start in 15 minutes. Known where cAdvisor runs, and of what has metrics.
   * @default 2
   */
  readonly mostStarts?: number;
}
