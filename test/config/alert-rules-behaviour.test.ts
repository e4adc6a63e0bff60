import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { renderAlertRules } from '../../lib/config';
import { CASES, RULES, stepOf } from '../support/alert-cases';
import type { Case, Life } from '../support/alert-cases';
import { describeWith, requireProgram } from '../support/programs';

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
