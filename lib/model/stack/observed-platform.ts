import type { LogTransport } from '../../values';
import type { PublishedPort } from '../workload/workload-spec';

/** Delivery of log lines from a platform to a collector. */
export interface LogDelivery {
  /** Path for a program that states none. */
  readonly defaultTransport: LogTransport;
  /** Returns the ports that a collector must publish for a path, at which its containers listen on `port`. */
  ports(path: LogTransport, port: number): readonly PublishedPort[];
  /**
   * Returns the pattern of the tag of each line of a stack, for RE2. Its groups are `service`, `container` and
   * `version`. Tags of other stacks do not match.
   */
  tagPattern(stackName: string): string;
}

/** Names of a stack's containers in the kernel's figures: patterns of the label `id`, for RE2. */
export interface ContainerPatterns {
  /** Pattern of all containers of the stack. Its only group is the short id of the container. */
  readonly all: string;
  /** Returns the pattern of the containers of one service. */
  of(hostname: string): string;
}
