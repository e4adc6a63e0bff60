import type { AlertRule } from '../../lib/values';
import { CASES, RULES } from './alert-cases';
import { MONITORING_CASES, ruleOf } from './monitoring-cases';

type Shape = Pick<AlertRule, 'name' | 'severity' | 'expr'>;
type Cased = { readonly silent?: readonly number[]; readonly fires?: readonly number[] };

/** What a rule asks, whatever it asks it of, and with whatever limits. */
export function shapeOf({ name, severity, expr }: Shape): string {
  const plain = expr
    .replaceAll(/\b(job|service|proxy|route|task)="(?:[^"\\]|\\.)*"/g, '$1')
    .replaceAll(/(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[a-z]+)?/g, '0');
  return `${name} ${severity} ${plain}`;
}

/** The shapes of all rules that promtool has seen, each to fire, or each to be silent. */
export function judged(what: 'fires' | 'silent'): ReadonlySet<string> {
  const has = (one: Cased): boolean => (one[what] ?? []).length > 0;
  return new Set([
    ...MONITORING_CASES.filter(has).map((one) => shapeOf(ruleOf(one))),
    ...CASES.filter(has).flatMap(({ alert, task }) =>
      RULES.filter(({ name, labels }) => name === alert && labels.task === task).map(shapeOf),
    ),
  ]);
}
