import { caddyAnswers, proxyAlerts, routeAlerts } from '../../lib/config';
import type { AlertRule } from '../../lib/values';
import { Duration } from '../../lib/values';
import type { MonitoringCase } from './monitoring-cases';
import type { Life } from './promtool';

const subject = { stack: 'shop-prod', job: 'proxy' };
/** So loose that what burns fastest could not be told from nothing; and a time in whole seconds. */
const loose = { availability: 0.9, latency: { target: 0.9, threshold: Duration.seconds(1) } };
const objective = { availability: 0.999, latency: { target: 0.99, threshold: Duration.millis(500) } };

/** Of what a proxy answers, with an objective and without. */
export const PROXY_RULES: readonly AlertRule[] = [
  ...proxyAlerts(subject, caddyAnswers('proxy')),
  ...proxyAlerts(subject, caddyAnswers('proxy'), objective),
  ...routeAlerts({ ...subject, job: 'edge' }, 'shop.test/v1/*', objective),
  ...proxyAlerts({ ...subject, job: 'loose' }, caddyAnswers('loose'), loose),
  ...routeAlerts({ ...subject, job: 'loose' }, '/*', loose),
];

/** So many more each minute, from the first minute or from the fiftieth to the hundred and fiftieth. */
const steadily = (each: number): Life => [[[0, each * 300], 301]];
const meanwhile = (each: number): Life => [
  [0, 50],
  [[0, each * 100], 101],
  [each * 100, 150],
];

const answered = (code: number, server = 'public'): string =>
  `caddy_http_request_duration_seconds_count{server="${server}",handler="subroute",code="${code}",method="GET"}`;
const begun = (metric: string, code = 200, more = ''): string =>
  `caddy_http_response_duration_seconds_${metric}{server="public",handler="subroute",code="${code}",method="GET"${more}}`;

/** A hundred good answers each minute, and so many errors for a while. */
const failing = (each: number, code = 500): MonitoringCase['series'] => ({
  [answered(200)]: steadily(100),
  [answered(code)]: meanwhile(each),
});
/** Three errors, among next to nothing. */
const SELDOM: MonitoringCase['series'] = { [answered(200)]: steadily(0.1), [answered(500)]: meanwhile(0.03) };
/** How many are in time, of a hundred each minute, of which so many are not from the fiftieth on. */
const late = (each: number): Life => [
  [[0, 5000], 51],
  [[5000 + 100 - each, 5000 + (100 - each) * 250], 250],
];
/** A hundred answers each minute, of which so many are slow from the fiftieth on. */
const slow = (each: number): MonitoringCase['series'] => ({
  [begun('count')]: steadily(100),
  [begun('bucket', 200, ',le="0.5"')]: late(each),
  [begun('count', 503)]: steadily(100),
});

const ROUTE = 'proxy="edge",route="shop.test/v1/*",service="api"';
const routed = (code: number, route = ROUTE): string => `proxy_route_requests_total{${route},code="${code}"}`;
const OTHER_ROUTE = ROUTE.replace('v1', 'v2');

const LOOSE = 'proxy="loose",route="/*"';
/** Nothing but errors, and nothing in time, where much may be missed: of a proxy, and of a route; versions write a second differently. */
const LOST: readonly (readonly [alert: string, among: string, series: MonitoringCase['series']])[] = [
  ['AvailabilityBudgetBurns', 'caddy_', { [answered(502)]: meanwhile(100) }],
  ['AvailabilityBudgetBurns', 'proxy_route_', { [`proxy_route_requests_total{${LOOSE},code="502"}`]: meanwhile(100) }],
  [
    'LatencyBudgetBurns',
    'caddy_',
    { [begun('count')]: meanwhile(100), [begun('bucket', 200, ',le="1.0"')]: steadily(0) },
  ],
  [
    'LatencyBudgetBurns',
    'proxy_route_',
    {
      [`proxy_route_request_duration_seconds_count{${LOOSE}}`]: meanwhile(100),
      [`proxy_route_request_duration_seconds_bucket{${LOOSE},le="1"}`]: steadily(0),
    },
  ],
];
const LOOSE_CASES: readonly MonitoringCase[] = LOST.flatMap(([alert, among, series]) =>
  (
    [
      ['critical', 100],
      ['warning', 140],
    ] as const
  ).map(([severity, at]) => ({
    name: `${severity}: everything, where much may be missed`,
    alert,
    job: 'loose',
    severity,
    among,
    series,
    silent: [49],
    fires: [at],
    value: '100%',
  })),
);

/** Of one route, beside another that does well or badly. */
const ROUTE_CASES: readonly MonitoringCase[] = [
  {
    name: 'five in a hundred of a route',
    alert: 'AvailabilityBudgetBurns',
    job: 'edge',
    severity: 'critical',
    series: { [routed(200)]: steadily(100), [routed(502)]: meanwhile(5), [routed(200, OTHER_ROUTE)]: steadily(1000) },
    silent: [49, 190],
    fires: [100],
    value: '4%',
  },
  {
    name: 'all of another route',
    alert: 'AvailabilityBudgetBurns',
    job: 'edge',
    severity: 'critical',
    series: { [routed(200)]: steadily(100), [routed(502, OTHER_ROUTE)]: meanwhile(100) },
    silent: [60, 100, 149],
  },
  {
    name: 'one in two hundred of a route',
    alert: 'AvailabilityBudgetBurns',
    job: 'edge',
    severity: 'warning',
    series: { [routed(200)]: steadily(100), [routed(500)]: meanwhile(0.5) },
    silent: [49, 60],
    fires: [149],
    value: '0.3311%',
  },
  ...[
    { severity: 'critical', each: 20, silent: [49], fires: [140], value: '20%' } as const,
    { severity: 'warning', each: 5, silent: [49, 60], fires: [149], value: '3.322%' } as const,
  ].map(({ each, ...told }) => ({
    ...told,
    name: `${each} of a hundred of a route`,
    alert: 'LatencyBudgetBurns',
    job: 'edge',
    series: {
      [`proxy_route_request_duration_seconds_count{${ROUTE}}`]: steadily(100),
      [`proxy_route_request_duration_seconds_bucket{${ROUTE},le="0.5"}`]: late(each),
    },
  })),
];

export const PROXY_CASES: readonly MonitoringCase[] = [
  ...ROUTE_CASES,
  ...LOOSE_CASES,
  {
    name: 'ten of a hundred and ten',
    alert: 'ErrorRatioHigh',
    series: failing(10, 502),
    silent: [49, 50, 160],
    fires: [100, 149],
    value: '9.091%',
  },
  { name: 'three of a hundred', alert: 'ErrorRatioHigh', series: failing(3), silent: [60, 100, 149] },
  { name: 'three in all', alert: 'ErrorRatioHigh', series: SELDOM, silent: [60, 100, 149] },
  { name: 'of a stranger', alert: 'ErrorRatioHigh', series: failing(100, 404), silent: [60, 100, 149] },
  {
    name: 'of the metrics themselves',
    alert: 'ErrorRatioHigh',
    series: { [answered(500, 'srv0')]: meanwhile(100), [answered(200)]: steadily(100) },
    silent: [60, 100, 149],
  },
  {
    name: 'five in a hundred, fifty times what may be',
    alert: 'AvailabilityBudgetBurns',
    severity: 'critical',
    series: failing(5),
    silent: [49, 190],
    fires: [100],
    value: '4%',
  },
  {
    name: 'one in two hundred is not for now',
    alert: 'AvailabilityBudgetBurns',
    severity: 'critical',
    series: failing(0.5),
    silent: [49, 100, 149],
  },
  {
    name: 'three in all',
    alert: 'AvailabilityBudgetBurns',
    severity: 'critical',
    series: SELDOM,
    silent: [60, 100, 149],
  },
  {
    name: 'one in two hundred, five times what may be',
    alert: 'AvailabilityBudgetBurns',
    severity: 'warning',
    series: failing(0.5),
    silent: [49, 60],
    fires: [149],
    value: '0.3311%',
  },
  {
    name: 'three in all',
    alert: 'AvailabilityBudgetBurns',
    severity: 'warning',
    series: SELDOM,
    silent: [60, 100, 149],
  },
  {
    name: 'one in two thousand is as it should be',
    alert: 'AvailabilityBudgetBurns',
    severity: 'warning',
    series: failing(0.05),
    silent: [60, 100, 149],
  },
  {
    name: 'twenty of a hundred',
    alert: 'LatencyBudgetBurns',
    severity: 'critical',
    series: slow(20),
    silent: [49],
    fires: [140],
    value: '20%',
  },
  {
    name: 'five of a hundred are not for now',
    alert: 'LatencyBudgetBurns',
    severity: 'critical',
    series: slow(5),
    silent: [49, 100, 149],
  },
  {
    name: 'five of a hundred, where one may be',
    alert: 'LatencyBudgetBurns',
    severity: 'warning',
    series: slow(5),
    silent: [49, 60],
    fires: [149],
    value: '3.322%',
  },
];
