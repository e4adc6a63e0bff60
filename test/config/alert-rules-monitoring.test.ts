// Slow: runs promtool for each rule.

import { renderAlertRules } from '../../lib/config';
import type { AlertRule } from '../../lib/values';
import { MONITORING_CASES, MONITORING_RULES, ruleOf } from '../support/monitoring-cases';
import type { MonitoringCase } from '../support/monitoring-cases';
import { describeWith } from '../support/programs';
import { RuleDirectory, samples } from '../support/promtool';

const STEP = '1m';

function filled(text: string, { found = {}, value = '' }: MonitoringCase): string {
  return text
    .replace(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => found[label] ?? '')
    .replace(/\{\{ \$value.*?\}\}/g, value);
}

function unitTest(one: MonitoringCase): object {
  const rule = ruleOf(one);
  const { job } = rule.labels;
  const { silent = [], fires = [], found } = one;
  const expected = {
    exp_labels: { severity: rule.severity, ...found, ...rule.labels },
    exp_annotations: { summary: filled(rule.summary, one), description: filled(rule.description, one) },
  };
  const at = (minute: number, exp_alerts: readonly object[]): object => ({
    alertname: rule.name,
    eval_time: `${minute}m`,
    exp_alerts,
  });
  return {
    name: one.name,
    interval: STEP,
    input_series: Object.entries(one.series).map(([metric, life]) => ({
      series: withJob(metric, job ?? ''),
      values: samples(life),
    })),
    alert_rule_test: [...silent.map((minute) => at(minute, [])), ...fires.map((minute) => at(minute, [expected]))],
  };
}

function withJob(metric: string, job: string): string {
  if (metric.includes('{job=')) return metric;
  const [name = '', labels = ''] = metric.replace('}', '').split('{');
  return `${name}{${[`job="${job}"`, labels].filter(Boolean).join(',')}}`;
}

describeWith('promtool', 'the alerts of what is monitored, judged by promtool', () => {
  let directory: RuleDirectory;
  beforeAll(() => (directory = new RuleDirectory()));
  afterAll(() => directory.remove());

  test('are rules that Prometheus reads', () => {
    directory.write('all.rules.yml', renderAlertRules('shop-prod', MONITORING_RULES));
    const { status, output } = directory.run('promtool', 'check', 'rules', 'all.rules.yml');
    expect(output).toContain(`SUCCESS: ${MONITORING_RULES.length} rules found`);
    expect(status).toBe(0);
  });

  test('fire when they should, and not before, and say what is wrong and what to do', () => {
    const files = MONITORING_CASES.map((one, index) => {
      directory.write(`${index}.rules.yml`, renderAlertRules('shop-prod', [ruleOf(one)]));
      const file = { rule_files: [`${index}.rules.yml`], evaluation_interval: STEP, tests: [unitTest(one)] };
      directory.write(`${index}.json`, JSON.stringify(file));
      return `${index}.json`;
    });
    const { status, output } = directory.run('promtool', 'test', 'rules', ...files);
    expect(output).not.toContain('FAILED');
    expect(status).toBe(0);
  });
});

test('each rule is seen to fire, and to be silent', () => {
  const seen = (part: 'fires' | 'silent'): ReadonlySet<AlertRule> =>
    new Set(MONITORING_CASES.filter((one) => (one[part] ?? []).length > 0).map(ruleOf));
  const unseen = (part: 'fires' | 'silent'): readonly string[] =>
    MONITORING_RULES.filter((rule) => !seen(part).has(rule)).map(
      ({ name, severity, expr }) => `${name} ${severity} ${expr}`,
    );
  expect(unseen('fires')).toEqual([]);
  expect(unseen('silent')).toEqual(['Watchdog none vector(1)']);
});
