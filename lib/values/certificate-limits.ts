import type { Duration } from './duration';

/** Remaining time of a certificate at which alerts fire. */
export interface CertificateLimits {
  /** Time at which the warning fires. It must be shorter than the time that is left when a program renews it. */
  readonly warning: Duration;
  /** Time at which the critical alert fires. */
  readonly critical: Duration;
}
