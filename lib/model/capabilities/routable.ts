import type { Network } from '../workload/network';
import type { Workload } from '../workload/workload';

/** Addresses to which a proxy sends requests. */
export interface Backend {
  /** Returns the addresses, `host:port`. Called when the stack is rendered. */
  readonly upstreams: () => readonly string[];
  /**
   * The network that the proxy joins.
   * @default - none: the addresses are outside of the stack
   */
  readonly network?: Network;
  /**
   * Workload that must be healthy before it gets requests.
   * @default - nothing
   */
  readonly workload?: Workload;
}

/** A target that a proxy can route to. An object literal with this one method works too. */
export interface IRoutable {
  /** Returns the addresses for a port, by default the main one. */
  toBackend(port?: number): Backend;
}

/** Returns a target for upstreams without a construct: a service on another host, a program outside of Docker. */
export function staticUpstreams(...upstreams: readonly string[]): IRoutable {
  return { toBackend: () => ({ upstreams: () => upstreams }) };
}
