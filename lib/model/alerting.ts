import type { AlertRule } from '../values';

/** Something that knows when its metrics are bad news. */
export interface IAlerting {
  toAlertRules(): readonly AlertRule[];
}
