import type { Network } from './network';
import type { Workload } from './workload';

/** Where a proxy sends requests. */
export interface Backend {
  /** Addresses, `host:port`. Evaluated when the stack is rendered. */
  readonly upstreams: () => readonly string[];
  /**
   * The network that the proxy joins.
   * @default - none: the addresses are outside of the stack
   */
  readonly network?: Network;
  /**
   * What has to be healthy before traffic is sent to it.
   * @default - nothing
   */
  readonly workload?: Workload;
}

/** Something a proxy can route to. An object literal with this one method takes part. */
export interface IRoutable {
  toBackend(port?: number): Backend;
}

/** Upstreams that no construct stands for: a service on another host, a program outside of Docker. */
export function staticUpstreams(...upstreams: readonly string[]): IRoutable {
  return { toBackend: () => ({ upstreams: () => upstreams }) };
}
