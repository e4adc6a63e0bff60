import type { ChartSubject } from '../../values';
import { SIZED } from './backup-alerts';

/** Returns the chart subject of each job of a backup program. */
export function backupCharts(scrapeJob: string, tasks: readonly string[]): readonly ChartSubject[] {
  return tasks.map((task) => ({ kind: 'task', words: { backup: scrapeJob, task }, parts: partsOf(task) }));
}

function partsOf(task: string): readonly string[] {
  if (SIZED.has(task)) return ['sized'];
  return task.endsWith('drill') ? ['drill'] : [];
}
