import type { DashboardTemplate } from '../../lib/config';
import { frame, plain } from './dashboard';
import { series, stat } from './panels';

const OF = '{job="<backup>",task="<task>"}';
const orZero = (expr: string): string => `${expr} or vector(0)`;

/** What takes backups: one row for each of its tasks. */
export const BACKUPS: DashboardTemplate = {
  needs: ['task'],
  dashboard: plain(frame({ uid: 'backups', title: 'backups', tags: ['backup'], from: 'now-7d' })),
  rows: [
    {
      title: '<backup>: <task>',
      each: 'task',
      panels: [
        stat(
          {
            title: 'Last run',
            at: [0, 0, 3, 4],
            bad: [1, 1e-3],
            texts: { 0: 'not well', 1: 'well' },
            description: 'Not well while it runs, too.',
          },
          orZero(`max(backup_last_run_success${OF})`),
        ),
        stat(
          {
            title: 'Last good one',
            at: [3, 0, 4, 4],
            unit: 'dateTimeFromNow',
            description: 'None yet where it is as old as computers.',
          },
          `max(backup_last_success_timestamp_seconds${OF}) * 1000`,
        ),
        stat({ title: 'Took', at: [7, 0, 3, 4], unit: 's' }, orZero(`max(backup_last_duration_seconds${OF})`)),
        stat(
          { title: 'Saved', at: [10, 0, 4, 4], unit: 'bytes', needs: ['sized'] },
          orZero(`max(backup_last_size_bytes${OF})`),
        ),
        stat(
          {
            title: 'Repositories',
            at: [14, 0, 4, 4],
            unit: 'bytes',
            needs: ['sized'],
            description: 'All that is stored in them.',
          },
          orZero(`max(backup_repository_size_bytes${OF})`),
        ),
        stat(
          {
            title: 'To a checked restore',
            at: [10, 0, 4, 4],
            unit: 's',
            needs: ['drill'],
            description: 'From fetching on, in the last drill.',
          },
          orZero(`max(backup_recovery_seconds${OF})`),
        ),
        stat(
          { title: 'Alerts', at: [18, 0, 3, 4], bad: [1, 1] },
          'count(ALERTS{alertstate="firing",stack="<stack>",job="<backup>",task="<task>",alertname=~"Backup.*"}) or vector(0)',
        ),
      ],
    },
    {
      title: 'Over time',
      panels: [
        series(
          { title: 'Since the last good run', at: [0, 0, 12, 9], unit: 's' },
          {
            '{{job}} {{task}}':
              'time() - (max by (job, task) (backup_last_success_timestamp_seconds) > 0) or max by (job, task) (backup_last_success_timestamp_seconds)',
          },
        ),
        series(
          { title: 'Saved', at: [12, 0, 12, 9], unit: 'bytes' },
          {
            '{{job}} {{task}}': 'max by (job, task) (backup_last_size_bytes) or vector(0)',
          },
        ),
      ],
    },
  ],
};
