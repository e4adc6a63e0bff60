import type { Tls } from '../values';
import type { Network } from './network';
import type { Secret } from './secret';

/** An address that is asked from time to time, as those do who come from outside. */
export interface Probe {
  /** As people know it: 'https://shop.example.org/v1'. The label `instance`; unique in the stack. */
  readonly url: string;
  /** The same, at the name of who answers in the network: 'https://proxy:443/v1'. */
  readonly target: string;
  /** The host that is asked for there, which the certificate has to be of. */
  readonly host: string;
  /** Name of the service behind it; the label `service`. */
  readonly service: string;
  /** Where its certificate comes from. */
  readonly tls: Tls;
  /**
   * Certificate that the program was given for this address; the probe trusts it beside the public authorities.
   * @default - none
   */
  readonly certificate?: Secret;
  /**
   * The network that the one who asks joins.
   * @default - none: the target is outside of the stack
   */
  readonly network?: Network;
}

/** Something that is to answer to people. An object literal with this one method takes part. */
export interface IProbed {
  toProbes(): readonly Probe[];
}
