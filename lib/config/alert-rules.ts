import type { AlertRule } from '../values';
import { ConfigurationError, quoted } from '../values';

/**
 * A rule file of Prometheus with one group.
 * @param group name of the group, unique among the rule files of a Prometheus
 * @param rules what `toAlertRules()` of one or several constructs returned
 * @param runbooks page with a heading for each alert; a link to it is added to the alert. @default - no link
 * @throws ConfigurationError when there is no rule, because a file without one watches nothing
 */
export function renderAlertRules(group: string, rules: readonly AlertRule[], runbooks?: string): string {
  if (rules.length === 0) {
    throw new ConfigurationError(undefined, `the group ${quoted(group)} has no alert rule; leave its file out`);
  }
  const lines = [
    'groups:',
    `  - name: ${text(group)}`,
    '    rules:',
    ...rules.flatMap((rule) => renderRule(rule, runbooks)),
  ];
  return `${lines.join('\n')}\n`;
}

function renderRule(rule: AlertRule, runbooks: string | undefined): readonly string[] {
  return [
    `      - alert: ${text(rule.name)}`,
    `        expr: ${text(rule.expr)}`,
    `        for: ${Math.ceil(rule.for.toMillis() / 1000)}s`,
    '        labels:',
    ...entries({ severity: rule.severity, ...rule.labels }),
    '        annotations:',
    ...entries({ summary: rule.summary, description: rule.description, ...runbookOf(rule, runbooks) }),
  ];
}

/** Headings become anchors in lower case. */
function runbookOf({ name }: AlertRule, runbooks: string | undefined): Readonly<Record<string, string>> {
  return runbooks === undefined ? {} : { runbook_url: `${runbooks}#${name.toLowerCase()}` };
}

function entries(record: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(record).map(([key, value]) => `          ${text(key)}: ${text(value)}`);
}

/** What JSON quotes, YAML reads as the same text. */
function text(value: string): string {
  return JSON.stringify(value);
}
