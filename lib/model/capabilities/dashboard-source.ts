import type { ChartSubject } from '../../values';

/**
 * A construct that dashboards show in more ways than as a service. The monitoring finds each construct with this
 * method.
 */
export interface ICharted {
  /** Returns its parts that dashboards show. The monitoring calls it when the stack is complete. */
  toChartSubjects(): readonly ChartSubject[];
}
