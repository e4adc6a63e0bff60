import { ProxyEngine } from '../../lib';
import { containerAlerts, probeAlerts } from '../../lib/config';
import { ENGINE_COMMANDS } from '../../lib/platform/engine/commands';
import type { AlertRule } from '../../lib/values';
import type { MonitoringCase } from './monitoring-cases';
import { always, spell } from './promtool';
import type { Life } from './promtool';

const stack = 'shop-prod';
const commands = ENGINE_COMMANDS;

/** Of containers and of routes. */
export const SERVICE_RULES: readonly AlertRule[] = [
  ...containerAlerts({ stack, commands, job: 'worker', reader: 'cadvisor', down: 'critical' }),
  // Of a part of the monitoring; the others are the same for all.
  ...containerAlerts({ stack, commands, job: 'grafana', reader: 'cadvisor', down: 'warning' }).slice(0, 1),
  ...probeAlerts(
    { stack, job: 'blackbox-exporter-routes' },
    (['off', 'acme', 'internal', 'acme', 'files'] as const).map((kind) => ({
      tls: { kind },
      certificateLimits: ProxyEngine.caddy().certificateLimits?.[kind],
    })),
  ),
];

/** Of a container of the worker. */
const contained = (metric: string, container = 'a', labels = ''): string =>
  `${metric}{job="cadvisor",service="worker",container="${container}",id="/x/${container}"${labels}}`;
const memory = (working: Life, limit = 1000): MonitoringCase['series'] => ({
  [contained('container_memory_working_set_bytes')]: working,
  [contained('container_memory_total_active_file_bytes')]: always(100),
  [contained('container_spec_memory_limit_bytes')]: always(limit),
});
/** Two of three periods, from the fiftieth minute on. */
const throttledBy = (most: number): MonitoringCase['series'] => ({
  [contained('container_cpu_cfs_periods_total')]: [[[0, 3000], 300]],
  [contained('container_cpu_cfs_throttled_periods_total')]: [
    [0, 50],
    [[0, most], 100],
    [most, 150],
  ],
});

const ROUTE = { instance: 'https://shop.example.org/', service: 'orders' };
const HOUR = 3600;
const DAY = 24 * HOUR;
/** How many seconds before its end somebody hears of a certificate, and what is said eleven minutes later. */
const ENDS = {
  internal: { warning: [2 * HOUR, '1h 49m 0s'], critical: [HOUR / 2, '19m 0s'] },
  acme: { warning: [10 * DAY, '9d 23h 49m 0s'], critical: [3 * DAY, '2d 23h 49m 0s'] },
  files: { warning: [21 * DAY, '20d 23h 49m 0s'], critical: [3 * DAY, '2d 23h 49m 0s'] },
} as const;

/** Of one that has so long to go in the fiftieth minute, and is there anew in the hundred and fiftieth. */
function certificateCases(tls: keyof typeof ENDS, severity: 'critical' | 'warning'): readonly MonitoringCase[] {
  const [left, value] = ENDS[tls][severity];
  const certificate = (kind: string): string =>
    `probe_ssl_earliest_cert_expiry{instance="https://shop.example.org/",service="orders",tls="${kind}"}`;
  const ends = left + 50 * 60;
  const [other] = Object.keys(ENDS).filter((kind) => kind !== tls);
  const common = { alert: 'CertificateExpires', severity, among: `tls="${tls}"` };
  return [
    {
      ...common,
      name: `${tls}, ${severity}: is about to end, and is replaced`,
      series: {
        [certificate(tls)]: [
          [ends, 150],
          [90 * DAY, 100],
        ],
      },
      silent: [0, 50, 60, 150],
      fires: [61],
      found: { ...ROUTE, tls },
      value,
    },
    {
      ...common,
      name: `${tls}, ${severity}: one of another kind`,
      series: { [certificate(other ?? '')]: always(0) },
      silent: [11, 200],
    },
  ];
}

export const SERVICE_CASES: readonly MonitoringCase[] = [
  {
    name: 'a container starts each three minutes',
    alert: 'ServiceRestarting',
    job: 'worker',
    series: {
      [contained('container_start_time_seconds')]: [
        [0, 50],
        ...[1, 2, 3, 4, 5, 6].map((at) => [at, 3] as const),
        [7, 200],
      ],
    },
    silent: [50, 56, 90],
    fires: [58],
    value: '3',
  },
  {
    name: 'one container after the other',
    alert: 'ServiceRestarting',
    job: 'worker',
    series: Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name, index) => [
        contained('container_start_time_seconds', name),
        [
          [undefined, index === 0 ? 1 : 2 * index],
          [index, 2],
          [undefined, 200],
        ],
      ]),
    ),
    silent: [5, 8, 12],
  },
  {
    name: 'no container runs',
    alert: 'ServiceDown',
    series: {
      'up{job="cadvisor"}': always(1),
      [contained('container_start_time_seconds')]: [
        [1, 50],
        ['gone', 100],
        [2, 100],
      ],
    },
    silent: [49, 51, 153],
    fires: [55, 100, 149],
  },
  {
    name: 'no container of the monitoring runs',
    alert: 'ServiceDown',
    job: 'grafana',
    series: {
      'up{job="cadvisor"}': always(1),
      'container_start_time_seconds{job="cadvisor",service="grafana",container="g"}': [
        [1, 50],
        ['gone', 100],
        [2, 100],
      ],
    },
    silent: [49, 51, 153],
    fires: [55, 100, 149],
  },
  {
    name: 'a container ends at once, and is seen now and then',
    alert: 'ServiceDown',
    series: {
      'up{job="cadvisor"}': always(1),
      [contained('container_start_time_seconds')]: [
        [1, 20],
        ...Array.from({ length: 10 }, (_, index) => [['gone', 4] as const, [index, 1] as const]).flat(),
      ],
    },
    silent: [19, 21],
    fires: [25, 40, 50],
  },
  {
    name: 'a service is new',
    alert: 'ServiceDown',
    series: {
      'up{job="cadvisor"}': [
        [undefined, 50],
        [1, 100],
      ],
      [contained('container_start_time_seconds')]: [
        [undefined, 50],
        [1, 100],
      ],
    },
    silent: [50, 51, 52, 53, 60],
  },
  {
    name: 'who tells of containers is away for three minutes',
    alert: 'ServiceDown',
    series: {
      'up{job="cadvisor"}': [
        [1, 50],
        ['gone', 3],
        [1, 100],
      ],
      [contained('container_start_time_seconds')]: [
        [1, 50],
        ['gone', 3],
        [1, 100],
      ],
    },
    silent: [50, 51, 52, 53, 54, 55, 56, 57, 58, 60],
  },
  {
    name: 'nobody tells of containers',
    alert: 'ServiceDown',
    series: { 'up{job="cadvisor"}': spell(1, 0) },
    silent: [60, 100, 149],
  },
  {
    name: 'as much as it may have',
    alert: 'ContainerMemoryHigh',
    series: memory(spell(500, 1050)),
    silent: [49, 59, 151],
    fires: [60, 149],
    found: { container: 'a' },
    value: '95%',
  },
  {
    name: 'much of it are files',
    alert: 'ContainerMemoryHigh',
    series: memory(always(990)),
    silent: [60, 149],
  },
  { name: 'without a limit', alert: 'ContainerMemoryHigh', series: memory(always(990), 0), silent: [60, 149] },
  {
    name: 'waits most of the time',
    alert: 'ContainerThrottled',
    series: throttledBy(800),
    silent: [49, 60, 170],
    fires: [75, 140],
    found: { container: 'a' },
    value: '80.54%',
  },
  { name: 'waits now and then', alert: 'ContainerThrottled', series: throttledBy(400), silent: [75, 140] },
  {
    name: 'a route does not answer',
    alert: 'RouteDown',
    series: {
      'probe_success{instance="https://shop.example.org/",service="orders"}': spell(1, 0),
      'probe_success{instance="https://ops.example.org/",service="ops"}': always(1),
    },
    silent: [49, 50, 151],
    fires: [51, 149],
    found: ROUTE,
  },
  {
    name: 'a proxy is replaced by another',
    alert: 'RouteDown',
    series: {
      'probe_success{instance="https://shop.example.org/",service="orders"}': [
        [1, 50],
        [0, 1],
        [1, 100],
      ],
    },
    silent: [50, 51, 52],
  },
  ...(['internal', 'acme', 'files'] as const).flatMap((tls) =>
    (['warning', 'critical'] as const).flatMap((severity) => certificateCases(tls, severity)),
  ),
];
