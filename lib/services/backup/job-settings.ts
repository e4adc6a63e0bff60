import { Duration, Schedule } from '../../values';
import type { JobSettings } from '../../config';
import type { DrillOptions } from './backup-job-props';

/** Returns the stated settings of a job, or its defaults. */
export function jobSettings(options: Partial<JobSettings> = {}, schedule: Schedule, timeout: Duration): JobSettings {
  return { schedule: options.schedule ?? schedule, timeout: options.timeout ?? timeout };
}

/** Returns the settings of a job that verifies the result of another job. */
export function drillSettings(after: string, options: DrillOptions = {}): JobSettings {
  return { ...jobSettings(options, Schedule.daily({ at: '05:00' }), Duration.hours(4)), after };
}
