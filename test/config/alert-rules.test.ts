// Slow: runs promtool for each rule.

import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { oldestResult, renderAlertRules } from '../../lib/config';
import { Duration, Schedule } from '../../lib/values';
import type { AlertRule } from '../../lib/values';
import { JOBS, RULES } from '../support/alert-cases';
import { ROOT } from '../support/stacks';

test('a rule file is quote as JSON is, whatever the texts hold', () => {
  const rule: AlertRule = {
    name: 'Odd',
    expr: 'up{job="a\\b"} == 0',
    for: Duration.millis(90_500),
    severity: 'warning',
    labels: { team: 'a: b #c' },
    summary: 'first\nsecond "third"',
    description: '- do',
    runbook: 'https://wiki.example/odd',
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
      '          "description": "- do"',
      '          "runbook_url": "https://wiki.example/odd"',
      '',
    ].join('\n'),
  );
  expect(() => renderAlertRules('shop', [])).toThrow('the group "shop" has no alert rule; leave its file out');
});

test('a result is too old after one and a half periods and the time limit', () => {
  expect([JOBS.dump, JOBS.drill, JOBS.check].map(oldestResult).map(String)).toEqual(['38h0m0s', '40h0m0s', '256h0m0s']);
  const often = { schedule: Schedule.cron('*/15 8-17 * * mon-fri'), timeout: Duration.minutes(10) };
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
  const record = readFileSync(path.join(ROOT, 'programs/backup/backup/record.py'), 'utf8');
  const named = RULES.flatMap(({ expr }) => [...expr.matchAll(/backup_(\w+)/g)].map(([, name]) => name));
  expect(new Set(named).size).toBe(6);
  expect([...new Set(named)].filter((name) => !record.includes(`("${name}",`))).toEqual([]);
});
