import type { AlertRule } from '../../values';

/** A construct with alert rules of its own. The monitoring finds each construct with this method. */
export interface IAlertSource {
  /** Returns the rules. The monitoring calls it when the stack is complete. */
  toAlertRules(): readonly AlertRule[];
}
