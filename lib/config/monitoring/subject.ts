import type { AlertRule } from '../../values';

/** Where something is that alerts are about. */
export interface AlertSubject {
  /** The stack, as a label. */
  readonly stack: string;
  /** The label `job` of its metrics. */
  readonly job: string;
}

/** A rule about one service; its labels say which, also where its expression yields none. */
export function about(
  { stack, job }: AlertSubject,
  { labels, ...rule }: Omit<AlertRule, 'labels'> & Partial<Pick<AlertRule, 'labels'>>,
): AlertRule {
  return { ...rule, labels: { stack, job, ...labels } };
}
