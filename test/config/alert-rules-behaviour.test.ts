// Slow: runs promtool for each rule.

import { renderAlertRules } from '../../lib/config';
import { CASES, RULES, stepOf } from '../support/alert-cases';
import type { Case } from '../support/alert-cases';
import { describeWith } from '../support/programs';
import { RuleDirectory, samples } from '../support/promtool';
import type { Life } from '../support/promtool';

function unitTest({ name, task, alert, series, silent = [], fires = [], value = '' }: Case): object {
  const rule = RULES.find((one) => one.name === alert && one.labels.task === task);
  if (rule === undefined) throw new Error(`no rule ${alert} of ${task}`);
  const expected = {
    exp_labels: { job: 'postgres-backup', severity: rule.severity, ...rule.labels },
    exp_annotations: { summary: rule.summary.replace(/\{\{.*?\}\}/, value), description: rule.description },
  };
  const end = Math.max(...silent, ...fires) + stepOf(alert);
  return {
    name,
    interval: `${stepOf(alert)}m`,
    input_series: Object.entries(series).map(([metric, life]) => ({
      series: `backup_last_${metric}{job="postgres-backup",task="${task}"}`,
      values: samples(until(end, life), stepOf(alert)),
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
    ({ severity, labels, summary, description }) => ({
      exp_labels: { job: 'postgres-backup', severity, ...labels },
      exp_annotations: { summary, description },
    }),
  );
}

describeWith('promtool', 'the alerts of a backup, judged by promtool', () => {
  let directory: RuleDirectory;
  beforeAll(() => {
    directory = new RuleDirectory();
    directory.write('backup.rules.yml', renderAlertRules('shop-prod', RULES));
  });
  afterAll(() => directory.remove());

  test('are rules that Prometheus reads', () => {
    const { status, output } = directory.run('promtool', 'check', 'rules', 'backup.rules.yml');
    expect(output).toContain(`SUCCESS: ${RULES.length} rules found`);
    expect(status).toBe(0);
  });

  const alerts = [...new Set(RULES.map(({ name }) => name))];

  test.each(alerts)('%s fires when it should, and not before', (alert) => {
    const rules = RULES.filter(({ name }) => name === alert);
    directory.write(`${alert}.rules.yml`, renderAlertRules('shop-prod', rules));
    const tests = CASES.filter((one) => one.alert === alert).map(unitTest);
    const file = { rule_files: [`${alert}.rules.yml`], evaluation_interval: `${stepOf(alert)}m`, tests };
    directory.write(`${alert}.json`, JSON.stringify(file));
    const { status, output } = directory.run('promtool', 'test', 'rules', `${alert}.json`);
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  test('each is seen to fire for each job, to be silent, and to stay so while all is well', () => {
    const all = RULES.map(({ name, labels }) => `${name} ${labels.task}`).sort();
    const seen = (which: (one: Case) => boolean): readonly string[] =>
      [...new Set(CASES.filter(which).map(({ alert, task }) => `${alert} ${task}`))].sort();
    expect(seen(({ fires = [] }) => fires.length > 0)).toEqual(all);
    expect(seen(({ silent = [], fires = [] }) => silent.length > 0 && fires.length > 0)).toEqual(all);
    expect(seen(({ name }) => name.endsWith('as it should be'))).toEqual(all);
  });
});
