import type { AlertRule, PlatformCommands } from '../../values';

/** Stack and job that alerts are about. */
export interface AlertSubject {
  /** Name of the stack, a label. */
  readonly stack: string;
  /** The label `job` of its metrics. */
  readonly job: string;
}

/** Subject of alerts with advice that names commands of the platform. */
export interface OperatedSubject extends AlertSubject {
  /** Commands of the platform. */
  readonly commands: PlatformCommands;
}

/** Returns a rule about one service; its labels name the service even if its expression yields none. */
export function about(
  { stack, job }: AlertSubject,
  { labels, ...rule }: Omit<AlertRule, 'labels'> & Partial<Pick<AlertRule, 'labels'>>,
): AlertRule {
  return { ...rule, labels: { stack, job, ...labels } };
}
