import type { Duration } from './duration';

/**
 * `critical`: somebody has to come, or data may be lost. `warning`: it can wait for the morning. `none`: it is no bad news,
 * such as the alert that always fires to show that alerts arrive.
 */
export type AlertSeverity = 'critical' | 'warning' | 'none';

/** A condition that somebody has to hear of, as Prometheus looks for it. */
export interface AlertRule {
  /** Name of the alert; several rules may share one and differ in their labels. */
  readonly name: string;
  /** PromQL that yields nothing while all is well. */
  readonly expr: string;
  /** How long that has to last before anybody is told. */
  readonly for: Duration;
  readonly severity: AlertSeverity;
  /** Labels of the alert besides its severity, for routes and silences. */
  readonly labels: Readonly<Record<string, string>>;
  /** What is wrong, in one sentence; Prometheus' templates such as `{{ $value }}` are filled in. */
  readonly summary: string;
  /** What to do first. */
  readonly description: string;
  /** Link to a page that says more. @default - none */
  readonly runbook?: string;
}
