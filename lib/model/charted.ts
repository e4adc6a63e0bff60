import type { ChartSubject } from '../values';

/** Something that dashboards show as more than one of the services. An object with this one method takes part. */
export interface ICharted {
  toChartSubjects(): readonly ChartSubject[];
}
