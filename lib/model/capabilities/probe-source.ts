import type { CertificateLimits, Tls } from '../../values';
import type { Network } from '../workload/network';
import type { Secret } from '../secrets/secret';

/** An address that is requested from time to time, as a user outside would. */
export interface Probe {
  /** Public address: 'https://shop.example.org/v1'. The label `instance`; unique in the stack. */
  readonly url: string;
  /** The same address at the host name of the responding service: 'https://proxy:443/v1'. */
  readonly target: string;
  /** Host header and TLS server name; the certificate must be valid for it. */
  readonly host: string;
  /** Name of the service behind it; the label `service`. */
  readonly service: string;
  /** Source of its certificate. */
  readonly tls: Tls;
  /**
   * Remaining time of its certificate at which alerts fire.
   * @default - 10 and 3 days for ACME, else 21 and 3 days
   */
  readonly certificateLimits?: CertificateLimits;
  /**
   * Certificate that the program was given for this address. The probe trusts it in addition to the public authorities.
   * @default - none
   */
  readonly certificate?: Secret;
  /**
   * The network that the prober joins.
   * @default - none: the target is outside of the stack
   */
  readonly network?: Network;
}

/** A construct that must answer users. The monitoring finds each construct with this method. */
export interface IProbeSource {
  /** Returns the addresses to request. Called when the stack is complete. */
  toProbes(): readonly Probe[];
}
