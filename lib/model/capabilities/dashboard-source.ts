import type { DashboardSubject } from '../../values';

/**
 * A construct that dashboards show in more ways than as a service. The monitoring finds each construct with this
 * method.
 */
export interface IDashboardSource {
  /** Returns its parts that dashboards show. The monitoring calls it when the stack is complete. */
  toDashboardSubjects(): readonly DashboardSubject[];
}
