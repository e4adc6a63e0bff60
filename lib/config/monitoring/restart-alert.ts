import { Duration } from '../../values';
import type { AlertRule } from '../../values';

/** New starts of a service in 15 minutes; one more is no rollout and no reboot. */
const FEW = 2;

/**
 * A service starts again and again.
 * @param started when each of what it consists of was started, as a selector
 * @param most starts in 15 minutes of which nobody is told
 */
export function restarting(job: string, started: string, most = FEW): Omit<AlertRule, 'labels'> {
  return {
    name: 'ServiceRestarting',
    severity: 'warning',
    expr: `max(changes(${started}[15m])) > ${most}`,
    for: Duration.minutes(1),
    summary: `${job} was started {{ $value }} times in 15 minutes`,
    description: `Read the last lines of the log of ${job}, and see with \`docker inspect\` whether it was killed for its memory (OOMKilled): then give it more \`memory\`.`,
  };
}
