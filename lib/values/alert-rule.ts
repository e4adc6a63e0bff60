import type { Duration } from './duration';

/** A condition that somebody has to hear of, as Prometheus looks for it. */
export interface AlertRule {
  /** Name of the alert; several rules may share one and differ in their labels. */
  readonly name: string;
  /** PromQL that yields nothing while all is well. */
  readonly expr: string;
  /** How long that has to last before anybody is told. */
  readonly for: Duration;
  /** `critical`: what is lost is lost for good, or may be soon. `warning`: it can wait for the morning. */
  readonly severity: 'critical' | 'warning';
  /** Labels of the alert besides its severity, for routes and silences. */
  readonly labels: Readonly<Record<string, string>>;
  /** What is wrong, in one sentence; Prometheus' templates such as `{{ $value }}` are filled in. */
  readonly summary: string;
  /** What to do. */
  readonly action: string;
}
