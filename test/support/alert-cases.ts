import { backupAlerts } from '../../lib/config';
import { Duration, Schedule } from '../../lib/values';
import type { Life } from './promtool';

export const JOBS = {
  dump: { schedule: Schedule.daily({ at: '03:00' }), timeout: Duration.hours(2) },
  drill: { schedule: Schedule.daily({ at: '05:00' }), timeout: Duration.hours(4) },
  check: { schedule: Schedule.weekly({ on: 'sun', at: '06:00' }), timeout: Duration.hours(4) },
};
export const RULES = backupAlerts({
  scrapeJob: 'postgres-backup',
  stack: 'shop-prod',
  source: 'shop-prod/postgres',
  jobs: JOBS,
});

export interface Case {
  readonly name: string;
  readonly task: string;
  readonly alert: string;
  readonly series: Readonly<Record<string, Life>>;
  /** Minutes at which the alert is silent, and at which it has fired. */
  readonly silent?: readonly number[];
  readonly fires?: readonly number[];
  /** What `{{ $value … }}` becomes. */
  readonly value?: string;
}

const DAY = 1440;
/** What takes days is looked at each hour, the rest each minute. */
const STEPS: Readonly<Record<string, number>> = { BackupTooOld: 60, BackupShrank: 60 };
export const stepOf = (alert: string): number => STEPS[alert] ?? 1;
const always = (value: number): Life => [[value, 12 * DAY]];
/** Began in the first minute and ended in the second. */
const SUCCESS = {
  start_timestamp_seconds: always(60),
  run_timestamp_seconds: always(120),
  success_timestamp_seconds: always(120),
  run_success: always(1),
  size_bytes: always(1000),
};
/** At minute 100 begins another run, which ends five minutes later. */
const later = (before: number, begun: number, ended: number): Life => [
  [before, 100],
  [begun, 5],
  [ended, 3 * DAY],
];
const FAILURE = {
  ...SUCCESS,
  start_timestamp_seconds: later(60, 6000, 6000),
  run_timestamp_seconds: later(120, 120, 6300),
  run_success: later(1, 0, 0),
  failure_timestamp_seconds: [
    [undefined, 105],
    [6300, 3 * DAY],
  ] as Life,
};

/** At minute 100 begins another good run. */
const WELL: Case['series'] = {
  start_timestamp_seconds: later(60, 6000, 6000),
  run_timestamp_seconds: later(120, 120, 6300),
  success_timestamp_seconds: later(120, 120, 6300),
  run_success: later(1, 0, 1),
  size_bytes: later(1000, 1000, 1001),
};
/** One after the other, for three of them. */
function wellCase(task: keyof typeof JOBS, alert: string): Case {
  const common = { name: `${task}: as it should be`, task, alert };
  if (stepOf(alert) === 1) return { ...common, series: WELL, silent: [50, 102, 106, 200] };
  const period = JOBS[task].schedule.longestGap().toMillis() / 60_000;
  const each = (value: (index: number) => number): Life => [0, 1, 2].map((index) => [value(index), period] as const);
  return {
    ...common,
    series: {
      success_timestamp_seconds: each((index) => (index * period + 1) * 60),
      size_bytes: each((index) => 1000 + index),
    },
    silent: [60, period - 60, period, 2 * period + 60, 3 * period - 60],
  };
}

const ofEach = (one: (task: keyof typeof JOBS) => readonly Case[]): readonly Case[] =>
  (Object.keys(JOBS) as readonly (keyof typeof JOBS)[]).flatMap(one);

export const CASES: readonly Case[] = [
  ...ofEach((task) => RULES.filter(({ labels }) => labels.task === task).map(({ name }) => wellCase(task, name))),
  ...ofEach((task) => [
    {
      name: `${task}: the program is gone`,
      task,
      alert: 'BackupAbsent',
      series: { success_timestamp_seconds: [[120, 100]] },
      silent: [50, 105, 109],
      fires: [116, 150],
    },
    {
      name: `${task}: the program was replaced, for a minute`,
      task,
      alert: 'BackupAbsent',
      series: {
        success_timestamp_seconds: [
          [120, 100],
          [undefined, 7],
          [120, 100],
        ],
      },
      silent: [101, 106, 110, 190],
    },
    {
      name: `${task}: failed`,
      task,
      alert: 'BackupFailed',
      series: FAILURE,
      silent: [50, 102, 106],
      fires: [108, 300],
    },
    {
      name: `${task}: failed, and is tried again`,
      task,
      alert: 'BackupFailed',
      series: {
        ...FAILURE,
        start_timestamp_seconds: [...later(60, 6000, 6000).slice(0, 2), [6000, 60], [9900, DAY]],
      },
      fires: [164, 167, 200],
    },
    {
      name: `${task}: failed, and then went well`,
      task,
      alert: 'BackupFailed',
      series: { ...SUCCESS, failure_timestamp_seconds: always(30) },
      silent: [5, 60],
    },
    {
      name: `${task}: failed after a success that a wrong clock put into the future`,
      task,
      alert: 'BackupFailed',
      series: { ...FAILURE, success_timestamp_seconds: always(2_000_000_000) },
      silent: [50, 104],
      fires: [110, 300],
    },
    {
      name: `${task}: never went well`,
      task,
      alert: 'BackupNeverSucceeded',
      series: { success_timestamp_seconds: always(0) },
      // All time limits, 2 + 4 + 4 hours, and a quarter of an hour.
      silent: [10, 614],
      fires: [615],
    },
    {
      name: `${task}: went well once`,
      task,
      alert: 'BackupNeverSucceeded',
      series: {
        success_timestamp_seconds: [
          [0, 600],
          [36_000, 2 * DAY],
        ],
      },
      silent: [10, 599, 620],
    },
    {
      name: `${task}: never went well is not old as well`,
      task,
      alert: 'BackupTooOld',
      series: { success_timestamp_seconds: always(0) },
      silent: [60, 11 * DAY],
    },
  ]),
  ...[
    { task: 'dump', hours: 38, value: '1d 15h 58m 0s' },
    { task: 'drill', hours: 40, value: '1d 17h 58m 0s' },
    { task: 'check', hours: 256, value: '10d 17h 58m 0s' },
  ].map(({ task, hours, value }) => ({
    name: `${task}: too old`,
    task,
    alert: 'BackupTooOld',
    series: { success_timestamp_seconds: always(120) },
    silent: [60, hours * 60, hours * 60 + 60],
    fires: [hours * 60 + 120],
    value,
  })),
  ...[
    { task: 'dump', limit: 120 },
    { task: 'drill', limit: 240 },
    { task: 'check', limit: 240 },
  ].flatMap(({ task, limit }) => [
    {
      name: `${task}: hangs`,
      task,
      alert: 'BackupUnfinished',
      series: { ...SUCCESS, start_timestamp_seconds: later(60, 6000, 6000), run_success: later(1, 0, 0) },
      silent: [50, 101, 100 + limit + 14],
      fires: [100 + limit + 15],
    },
    {
      name: `${task}: is killed each time, and never ended before`,
      task,
      alert: 'BackupUnfinished',
      series: {
        start_timestamp_seconds: [
          [60, 100],
          [6000, 100],
          [12_000, 100],
          [18_000, DAY],
        ] as Life,
        run_success: always(0),
        success_timestamp_seconds: always(0),
      },
      silent: [limit + 14],
      fires: [limit + 15],
    },
    {
      name: `${task}: failed is ended`,
      task,
      alert: 'BackupUnfinished',
      series: FAILURE,
      silent: [50, 102, 106, 300],
    },
  ]),
  {
    name: 'a dump that is less than half of the largest',
    task: 'dump',
    alert: 'BackupShrank',
    series: {
      size_bytes: [
        [1000, DAY],
        [1200, DAY],
        [599, 9 * DAY],
      ],
    },
    silent: [60, DAY, 2 * DAY - 60, 2 * DAY, 9 * DAY + 60],
    fires: [2 * DAY + 60, 3 * DAY, 9 * DAY - 60],
    value: '49.92%',
  },
  {
    name: 'a dump of half the size, or that grew',
    task: 'dump',
    alert: 'BackupShrank',
    series: {
      size_bytes: [
        [1000, DAY],
        [500, DAY],
        [2000, DAY],
      ],
    },
    silent: [60, DAY + 60, 2 * DAY + 60, 3 * DAY - 60],
  },
];
