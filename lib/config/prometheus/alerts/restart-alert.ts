import { Duration } from '../../../values';
import type { AlertRule } from '../../../values';
import type { OperatedSubject } from '../subject';

/** Starts of a service in 15 minutes that a rollout and a reboot explain. */
const FEW = 2;

/**
 * Returns the rule for a service that restarts again and again.
 * @param started start times of its processes, as a selector
 * @param most starts in 15 minutes without an alert
 */
export function restarting({ job, commands }: OperatedSubject, started: string, most = FEW): Omit<AlertRule, 'labels'> {
  return {
    name: 'ServiceRestarting',
    severity: 'warning',
    expr: `max(changes(${started}[15m])) > ${most}`,
    for: Duration.minutes(1),
    summary: `${job} was started {{ $value }} times in 15 minutes`,
    description: `Read the last lines of the log of ${job}, and see with \`${commands.inspect(job)}\` whether it was killed for its memory (OOMKilled): then give it more \`memory\`.`,
  };
}
