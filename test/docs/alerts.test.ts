import { Duration, ProxyEngine } from '../../lib';
import type { ApiService, EnvironmentStack, MonitoringStack, ReverseProxy } from '../../lib';
import { probeAlerts } from '../../lib/config';
import { RULES } from '../support/alert-cases';
import { MONITORING_RULES } from '../support/monitoring-cases';
import { writtenRules } from '../support/written-files';
import { monitoredDocument } from './monitored';
import { page, readPages, tableRows } from './pages';

interface Rule {
  readonly name: string;
  readonly severity: string;
  readonly expr: string;
  /** In seconds. */
  readonly for: number;
}

/** What only some stacks have: an objective, and a part of the monitoring without metrics of its own. */
function addMore(stack: EnvironmentStack): void {
  const api = stack.node.findChild('Orders') as ApiService;
  const proxy = stack.node.findChild('Proxy') as ReverseProxy;
  const { grafana } = stack.node.findChild('Monitoring') as MonitoringStack;
  const objective = { availability: 0.999, latency: { target: 0.99, threshold: Duration.millis(500) } };
  proxy.addRoute(api, { path: '/v1/*', objective });
  if (grafana !== undefined) proxy.addRoute(grafana, { host: 'grafana.shop.example.org' });
}

const stackRules = (): readonly Rule[] =>
  writtenRules(monitoredDocument(addMore)).map(({ alert: name, expr, labels: { severity }, for: lasts }) => ({
    name,
    severity,
    expr,
    for: Number.parseInt(lasts, 10),
  }));

/** Of certificates of all kinds; those of a stack are of one. */
const ROUTE_RULES = probeAlerts({ stack: 'shop-prod', job: 'routes' }, [
  { tls: { kind: 'files' } },
  { tls: { kind: 'acme' } },
  { tls: { kind: 'internal' }, certificateLimits: ProxyEngine.caddy().certificateLimits?.internal },
]);

const rules: readonly Rule[] = [
  ...stackRules(),
  ...[...MONITORING_RULES, ...RULES, ...ROUTE_RULES].map((rule) => ({ ...rule, for: rule.for.toMillis() / 1000 })),
];

interface Row {
  readonly name: string;
  readonly severities: readonly string[];
  readonly when: string;
  readonly lasts: string;
}

const rows: readonly Row[] = tableRows(page(readPages(), 'docs/alerts.md'), 'Alert').map(
  ([link = '', severity = '', when = '', lasts = '']) => ({
    name: /^\[(\w+)\]/.exec(link)?.[1] ?? link,
    severities: severity.match(/critical|warning|none/g) ?? [],
    when,
    lasts,
  }),
);
const rulesOf = ({ name, severities }: Row): readonly Rule[] =>
  rules.filter((rule) => rule.name === name && severities.includes(rule.severity));
const sorted = (args: Iterable<string>): readonly string[] => [...new Set(args)].sort();

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };
/** These last as long as jobs may take. */
const BY_TIME_LIMIT = ['BackupNeverSucceeded', 'BackupUnfinished'];
/** Their limits are worked out of an objective. */
const BY_OBJECTIVE = ['AvailabilityBudgetBurns', 'LatencyBudgetBurns'];

describe('The table of alerts', () => {
  test('has each of them in each of its severities, and no other', () => {
    const written = rows.flatMap(({ name, severities }) => severities.map((severity) => `${name} ${severity}`));
    expect(sorted(written)).toEqual(sorted(rules.map(({ name, severity }) => `${name} ${severity}`)));
  });

  const fixed = rows.filter(({ name }) => !BY_TIME_LIMIT.includes(name));
  test.each(fixed.map((row) => [row.name, row.severities.join(), row] as const))(
    'says how long %s (%s) lasts first',
    (...[, , row]) => {
      const [, number, unit = ''] = /^(\d+) (minute|hour)s?$/.exec(row.lasts) ?? [];
      const said = row.lasts === '–' ? 0 : Number(number) * (SECONDS[unit] ?? Number.NaN);
      expect(sorted(rulesOf(row).map((rule) => String(rule.for)))).toEqual([String(said)]);
    },
  );

  const limited = rows
    .filter(({ name }) => !BY_OBJECTIVE.includes(name))
    .flatMap((row) =>
      [...row.when.matchAll(/([\d.,]+) (%|GiB|minutes?|hours?|days?)/g)].map(
        ([text, number = '', unit = '']) => [row.name, text, Number(number), unit, row] as const,
      ),
    );

  test('has limits in numbers', () => expect(limited.length).toBeGreaterThan(20));

  test.each(limited)('says of %s what its rule asks: %s', (...[, , number, unit, row]) => {
    const forms = asPromQl(number, unit).map((form) => form.replaceAll('.', String.raw`\.`));
    const pattern = new RegExp(`(?<![\\d.])(?:${forms.join('|')})(?![\\d.])`);
    expect(rulesOf(row).some(({ expr }) => pattern.test(expr))).toBe(true);
  });
});

/** How a rule may write it. */
function asPromQl(number: number, unit: string): readonly string[] {
  if (unit === '%') return [String(number / 100)];
  if (unit === 'GiB') return [String(number * 1024 ** 3)];
  const seconds = number * (SECONDS[unit.replace(/s$/, '')] ?? Number.NaN);
  return [`${number}${unit.slice(0, 1)}`, String(seconds), String.raw`${number} \* 3600`];
}
