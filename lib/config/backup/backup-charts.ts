import type { DashboardSubject } from '../../values';
import { SIZED } from './backup-alerts';

/** Returns the chart subject of each job of a backup program. */
export function backupCharts(scrapeJob: string, tasks: readonly string[]): readonly DashboardSubject[] {
  return tasks.map((task) => ({ kind: 'task', variables: { backup: scrapeJob, task }, features: partsOf(task) }));
}

function partsOf(task: string): readonly string[] {
  if (SIZED.has(task)) return ['sized'];
  return task.endsWith('drill') ? ['drill'] : [];
}
