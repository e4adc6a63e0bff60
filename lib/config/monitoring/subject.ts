import type { AlertRule } from '../../values';

/** Stack and job that alerts are about. */
export interface AlertSubject {
  /** Name of the stack, a label. */
  readonly stack: string;
  /** The label `job` of its metrics. */
  readonly job: string;
}

/** Returns a rule about one service; its labels name the service even if its expression yields none. */
export function about(
  { stack, job }: AlertSubject,
  { labels, ...rule }: Omit<AlertRule, 'labels'> & Partial<Pick<AlertRule, 'labels'>>,
): AlertRule {
  return { ...rule, labels: { stack, job, ...labels } };
}
