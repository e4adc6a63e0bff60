import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { backupAlerts, oldestResult, renderAlertRules } from '../../lib/config';
import { Duration, Schedule } from '../../lib/values';
import type { AlertRule } from '../../lib/values';
import { describeWith, requireProgram } from '../support/programs';
import { ROOT } from '../support/stacks';

const JOBS = {
  dump: { schedule: Schedule.daily({ at: '03:00' }), timeLimit: Duration.hours(2) },
  drill: { schedule: Schedule.daily({ at: '05:00' }), timeLimit: Duration.hours(4) },
  check: { schedule: Schedule.weekly({ on: 'sun', at: '06:00' }), timeLimit: Duration.hours(4) },
};
const RULES = backupAlerts({
  scrapeJob: 'postgres-backup',
  stack: 'shop-prod',
  source: 'shop-prod/postgres',
  jobs: JOBS,
});

test('a rule file is quoted as JSON is, whatever the texts hold', () => {
  const rule: AlertRule = {
    name: 'Odd',
    expr: 'up{job="a\\b"} == 0',
    for: Duration.millis(90_500),
    severity: 'warning',
    labels: { team: 'a: b #c' },
    summary: 'first\nsecond "third"',
    action: '- do',
  };
  expect(renderAlertRules('shop', [rule])).toBe(
    [
      'groups:',
      '  - name: "shop"',
      '    rules:',
      '      - alert: "Odd"',
      String.raw`        expr: "up{job=\"a\\b\"} == 0"`,
      '        for: 91s',
      '        labels:',
      '          "severity": "warning"',
      '          "team": "a: b #c"',
      '        annotations:',
      String.raw`          "summary": "first\nsecond \"third\""`,
      '          "action": "- do"',
      '',
    ].join('\n'),
  );
  expect(() => renderAlertRules('shop', [])).toThrow('the group "shop" has no alert rule; leave its file out');
});

test('a result is too old after one and a half periods and the time limit', () => {
  expect([JOBS.dump, JOBS.drill, JOBS.check].map(oldestResult).map(String)).toEqual(['38h0m0s', '40h0m0s', '256h0m0s']);
  const often = { schedule: Schedule.cron('*/15 8-17 * * mon-fri'), timeLimit: Duration.minutes(10) };
  // From Friday 17:45 to Monday 08:00 are 62.25 hours.
  expect(String(oldestResult(often))).toBe('93h32m30s');
});

test('each job has all rules, and dumps one for their size', () => {
  expect(RULES.map(({ name, labels, severity }) => `${name} ${labels.task} ${severity}`)).toEqual([
    ...['Absent', 'Failed', 'TooOld', 'NeverSucceeded', 'Unfinished', 'Shrank'].map((n) => `Backup${n} dump critical`),
    ...['Absent', 'Failed', 'TooOld', 'NeverSucceeded', 'Unfinished'].map((n) => `Backup${n} drill critical`),
    ...['Absent', 'Failed', 'TooOld', 'NeverSucceeded', 'Unfinished'].map((n) => `Backup${n} check warning`),
  ]);
});

test('every metric in a rule is one of the backup program', () => {
  const record = readFileSync(path.join(ROOT, 'lib/assets/backup/backup/record.py'), 'utf8');
  const named = RULES.flatMap(({ expr }) => [...expr.matchAll(/backup_(\w+)/g)].map(([, name]) => name));
  expect(new Set(named).size).toBe(6);
  expect([...new Set(named)].filter((name) => !record.includes(`("${name}",`))).toEqual([]);
});

/** `[value, minutes]`: a sample each minute; undefined is none. */
type Life = readonly (readonly [number | undefined, number])[];

interface Case {
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
const stepOf = (alert: string): number => STEPS[alert] ?? 1;
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

const ofEach = (one: (task: string) => readonly Case[]): readonly Case[] => Object.keys(JOBS).flatMap(one);

const CASES: readonly Case[] = [
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

function unitTest({ name, task, alert, series, silent = [], fires = [], value = '' }: Case): object {
  const rule = RULES.find((one) => one.name === alert && one.labels.task === task);
  if (rule === undefined) throw new Error(`no rule ${alert} of ${task}`);
  const expected = {
    exp_labels: { job: 'postgres-backup', severity: rule.severity, ...rule.labels },
    exp_annotations: { summary: rule.summary.replace(/\{\{.*?\}\}/, value), action: rule.action },
  };
  const end = Math.max(...silent, ...fires) + stepOf(alert);
  return {
    name,
    interval: `${stepOf(alert)}m`,
    input_series: Object.entries(series).map(([metric, life]) => ({
      series: `backup_last_${metric}{job="postgres-backup",task="${task}"}`,
      values: until(end, life)
        .map(([sample, minutes]) => samples(sample, minutes / stepOf(alert)))
        .join(' '),
    })),
    alert_rule_test: [
      ...silent.map((at) => ({
        alertname: alert,
        eval_time: `${at}m`,
        exp_alerts: expectedElsewhere(alert, task, at),
      })),
      ...fires.map((at) => ({
        alertname: alert,
        eval_time: `${at}m`,
        exp_alerts: [expected, ...expectedElsewhere(alert, task, at)],
      })),
    ],
  };
}

/** What nobody looks at any more takes its time all the same. */
function until(end: number, life: Life): Life {
  let left = end;
  return life.flatMap(([sample, minutes]) => {
    const taken = Math.min(minutes, left);
    left -= taken;
    return taken > 0 ? [[sample, taken] as const] : [];
  });
}

/** The other jobs have no series in a test, so they are absent, after a while. */
function expectedElsewhere(alert: string, task: string, at: number): readonly object[] {
  if (alert !== 'BackupAbsent' || at < 10) return [];
  return RULES.filter((rule) => rule.name === alert && rule.labels.task !== task).map(
    ({ severity, labels, summary, action }) => ({
      exp_labels: { job: 'postgres-backup', severity, ...labels },
      exp_annotations: { summary, action },
    }),
  );
}

function samples(value: number | undefined, count: number): string {
  return value === undefined ? `_x${count}` : `${value}x${count - 1}`;
}

describeWith('promtool', 'the alerts of a backup, judged by promtool', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'alerts-'));
    writeFileSync(path.join(directory, 'backup.rules.yml'), renderAlertRules('shop-prod', RULES));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function promtool(...words: readonly string[]): { readonly status: number | null; readonly output: string } {
    const { status, stdout, stderr } = spawnSync(requireProgram('promtool'), words, {
      cwd: directory,
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  }

  test('are rules that Prometheus reads', () => {
    const { status, output } = promtool('check', 'rules', 'backup.rules.yml');
    expect(output).toContain(`SUCCESS: ${RULES.length} rules found`);
    expect(status).toBe(0);
  });

  const alerts = [...new Set(RULES.map(({ name }) => name))];

  test.each(alerts)('%s fires when it should, and not before', (alert) => {
    const rules = RULES.filter(({ name }) => name === alert);
    writeFileSync(path.join(directory, `${alert}.rules.yml`), renderAlertRules('shop-prod', rules));
    const tests = CASES.filter((one) => one.alert === alert).map(unitTest);
    const file = { rule_files: [`${alert}.rules.yml`], evaluation_interval: `${stepOf(alert)}m`, tests };
    writeFileSync(path.join(directory, `${alert}.json`), JSON.stringify(file));
    const { status, output } = promtool('test', 'rules', `${alert}.json`);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('each is seen to fire for each job', () => {
    const fired = CASES.filter(({ fires = [] }) => fires.length > 0).map(({ alert, task }) => `${alert} ${task}`);
    const all = RULES.map(({ name, labels }) => `${name} ${labels.task}`);
    expect([...new Set(fired)].sort()).toEqual([...all].sort());
  });
});
