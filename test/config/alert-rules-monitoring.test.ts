import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { renderAlertRules } from '../../lib/config';
import type { AlertRule } from '../../lib/values';
import { MONITORING_CASES, MONITORING_RULES } from '../support/monitoring-cases';
import type { MonitoringCase } from '../support/monitoring-cases';
import { describeWith } from '../support/programs';
import { RuleDirectory, samples } from '../support/promtool';
import { ROOT } from '../support/stacks';

const STEP = '1m';

/** A disk has two rules of one name, of which one case means one; a service and a container have one of the same name. */
function ruleOf({ name, alert, severity, job }: MonitoringCase): AlertRule {
  const rules = MONITORING_RULES.filter(
    (rule) =>
      rule.name === alert &&
      (severity ?? rule.severity) === rule.severity &&
      (job ?? rule.labels.job) === rule.labels.job,
  );
  if (rules[0] === undefined) throw new Error(`no rule ${alert} for: ${name}`);
  return rules[0];
}

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

test('each alert is seen to fire, and to be silent', () => {
  const key = ({ name, severity, labels }: AlertRule): string => `${name} ${severity} ${labels.job ?? ''}`.trim();
  const all = MONITORING_RULES.map(key).sort();
  const seen = (part: 'fires' | 'silent'): string[] =>
    MONITORING_CASES.filter((one) => (one[part] ?? []).length > 0).map((one) => key(ruleOf(one)));
  expect([...new Set(seen('fires'))].sort()).toEqual(all);
  expect([...new Set([...seen('silent'), 'Watchdog none'])].sort()).toEqual(all);
});

test('each alert has its heading on the page that it links to', () => {
  const page = readFileSync(path.join(ROOT, 'docs/alerts.md'), 'utf8');
  const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  const names = [...new Set(MONITORING_RULES.map(({ name }) => name))];
  expect(names.filter((name) => !headings.includes(name))).toEqual([]);
});
