import type { Duration } from './duration';

/**
 * Severity of an alert. `critical`: a person must act now, or data may be lost. `warning`: it can wait until the
 * morning. `none`: not a problem, such as the alert that always fires to prove that alerts arrive.
 */
export type AlertSeverity = 'critical' | 'warning' | 'none';

/** A Prometheus alerting rule. */
export interface AlertRule {
  /** Name of the alert; several rules may share one and differ in their labels. */
  readonly name: string;
  /** PromQL that yields nothing while all is well. */
  readonly expr: string;
  /** Time for which the condition must hold before the alert fires. */
  readonly for: Duration;
  /** How urgent the alert is. */
  readonly severity: AlertSeverity;
  /** Labels of the alert other than its severity, for routes and silences. */
  readonly labels: Readonly<Record<string, string>>;
  /** Summary of the problem in one sentence. Prometheus fills in templates such as `{{ $value }}`. */
  readonly summary: string;
  /** First step to take. */
  readonly description: string;
  /** Link to a page with more details. @default - none */
  readonly runbook?: string;
}
