import { Duration } from '../../values';

/**
 * Remaining time at which an alert about a certificate of Caddy's own authority fires. It is good for 12 hours, and
 * Caddy renews it when a third is left.
 */
export const INTERNAL_CERTIFICATE = { warning: Duration.hours(2), critical: Duration.minutes(30) } as const;
