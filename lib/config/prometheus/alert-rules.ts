import type { AlertRule } from '../../values';
import { ConfigurationError, quote } from '../../values';

/**
 * Returns a rule file of Prometheus with one group.
 * @param group name of the group, unique among the rule files of a Prometheus
 * @param rules result of `toAlertRules()` of one or several constructs
 * @throws ConfigurationError when there is no rule, because a file without one watches nothing
 */
export function renderAlertRules(group: string, rules: readonly AlertRule[]): string {
  if (rules.length === 0) {
    throw new ConfigurationError(undefined, `the group ${quote(group)} has no alert rule; leave its file out`);
  }
  const lines = ['groups:', `  - name: ${text(group)}`, '    rules:', ...rules.flatMap(renderRule)];
  return `${lines.join('\n')}\n`;
}

function renderRule(rule: AlertRule): readonly string[] {
  assertComplete(rule);
  const { summary, description, runbook } = rule;
  return [
    `      - alert: ${text(rule.name)}`,
    `        expr: ${text(rule.expr)}`,
    `        for: ${Math.ceil(rule.for.toMillis() / 1000)}s`,
    '        labels:',
    ...entries({ severity: rule.severity, ...rule.labels }),
    '        annotations:',
    ...entries({ summary, description, ...(runbook === undefined ? {} : { runbook_url: runbook }) }),
  ];
}

/** Refuses a rule without a required field; an untyped program may leave one out. */
function assertComplete(rule: Partial<AlertRule>): void {
  const missing = (['name', 'expr', 'for', 'severity', 'summary', 'description'] as const).find(
    (field) => rule[field] === undefined,
  );
  if (missing === undefined) return;
  throw new ConfigurationError(
    undefined,
    `alert rule ${quote(rule.name)} must have \`${missing}\`, got ${quote(Object.keys(rule))}; state it`,
  );
}

function entries(record: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(record).map(([key, value]) => `          ${text(key)}: ${text(value)}`);
}

/** Returns a text in JSON's quotes, which YAML reads as the same text. */
function text(value: string): string {
  return JSON.stringify(value);
}
