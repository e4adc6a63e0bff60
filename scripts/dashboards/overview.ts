import type { DashboardTemplate, PanelTemplate, RowTemplate } from '../../lib/config';
import { DISKS, frame, plain } from './dashboard';
import { LOKI, stat, table, text } from './panels';

/** Queries about requests. */
interface Traffic {
  readonly requests: string;
  readonly errors: string;
  /** Rates of the buckets of their durations. */
  readonly durations: string;
}

const rate = (metric: string, labels: string): string => `rate(${metric}{${labels}}[$__rate_interval])`;
const ROUTED = 'service="<service>"';

/** From the log of the proxy, because its metrics do not distinguish routes. */
const ROUTES: Traffic = {
  requests: `sum(${rate('proxy_route_requests_total', ROUTED)})`,
  errors: `sum(${rate('proxy_route_requests_total', `${ROUTED},code=~"5.."`)})`,
  durations: `sum by (le) (${rate('proxy_route_request_duration_seconds_bucket', ROUTED)})`,
};
/** From the metrics of the proxy, whose engine states the queries. */
const PROXY: Traffic = { requests: '<requests>', errors: '<errors>', durations: '<durations>' };

function traffic(part: string, description: string, of: Traffic): readonly PanelTemplate[] {
  const needs = [part];
  return [
    stat({ title: 'Requests', at: [2, 0, 3, 4], needs, unit: 'reqps', description }, `${of.requests} or vector(0)`),
    stat(
      {
        title: 'Errors',
        at: [5, 0, 3, 4],
        needs,
        unit: 'percentunit',
        decimals: 2,
        bad: [0.01, 0.05],
        description: `Part of the requests answered by 5xx. ${description}`,
      },
      `(${of.errors} or vector(0)) / (${of.requests} > 0) or vector(0)`,
    ),
    stat(
      {
        title: 'Latency',
        at: [8, 0, 3, 4],
        needs,
        unit: 's',
        description: `95 of 100 requests take no longer. ${description}`,
      },
      `histogram_quantile(0.95, ${of.durations}) > 0 or vector(0)`,
    ),
  ];
}

const ENVIRONMENT: RowTemplate = {
  title: 'Environment',
  panels: [
    stat(
      { title: 'Alerts', at: [0, 0, 3, 4], bad: [1, 1], description: 'How many fire.' },
      'count(ALERTS{alertstate="firing",severity!="none"}) or vector(0)',
    ),
    stat(
      { title: 'Unread', at: [3, 0, 3, 4], bad: [1, 1], description: 'Containers whose metrics do not answer.' },
      'count(up == 0) or vector(0)',
    ),
    stat(
      { title: 'Host CPU', at: [6, 0, 3, 4], needs: ['host'], unit: 'percentunit', decimals: 0, bad: [0.8, 0.95] },
      '1 - avg(rate(node_cpu_seconds_total{mode="idle"}[$__rate_interval]))',
    ),
    stat(
      { title: 'Host memory', at: [9, 0, 3, 4], needs: ['host'], unit: 'percentunit', decimals: 0, bad: [0.8, 0.9] },
      '1 - min(node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)',
    ),
    stat(
      {
        title: 'Fullest disk',
        at: [12, 0, 3, 4],
        needs: ['host'],
        unit: 'percentunit',
        decimals: 0,
        bad: [0.85, 0.93],
      },
      `1 - min(node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes{${DISKS}})`,
    ),
    stat(
      {
        title: 'Oldest good backup',
        at: [15, 0, 3, 4],
        needs: ['task'],
        unit: 's',
        description: 'Of all tasks, how long ago the last good run ended.',
      },
      'time() - min(backup_last_success_timestamp_seconds)',
    ),
    stat(
      {
        title: 'Public routes that answer',
        at: [18, 0, 3, 4],
        needs: ['probe'],
        unit: 'percentunit',
        decimals: 0,
        bad: [1, 0.99],
      },
      'avg(probe_success)',
    ),
    stat(
      {
        title: 'Next certificate',
        at: [21, 0, 3, 4],
        needs: ['certificate'],
        unit: 's',
        description: 'Time until the first certificate of a public route ends.',
      },
      'min(probe_ssl_earliest_cert_expiry) - time()',
    ),
    table(
      {
        title: 'Alerts that fire',
        at: [0, 1, 24, 6],
        description: 'Watchdog always does: without it nothing is watched.',
      },
      'max by (alertname, severity, job, instance, route, task, mountpoint) (ALERTS{alertstate="firing"})',
      ['Value'],
    ),
  ],
};

const LOGS_OF = '/d/logs?var-service=<service>&${__url_time_range}';

/** One line for each service, so that the columns can be compared. */
const SERVICE: RowTemplate = {
  title: '<service>',
  each: 'service',
  panels: [
    stat(
      {
        title: 'State',
        at: [0, 0, 2, 4],
        needs: ['scraped'],
        description: 'Containers that answer for their metrics.',
        bad: [1, 1e-3],
        texts: { 0: 'down' },
      },
      '(sum(up{job="<job>"}) or vector(0))',
    ),
    stat(
      {
        title: 'State',
        at: [0, 0, 2, 4],
        needs: ['exported'],
        unless: ['scraped'],
        description: 'Whether the server answers.',
        bad: [1, 1e-3],
        texts: { 0: 'down' },
        link: ['The database', '/d/<dashboard>'],
      },
      '(max(pg_up{job="<exporter>"}) or vector(0))',
    ),
    stat(
      {
        title: 'State',
        at: [0, 0, 2, 4],
        needs: ['containers'],
        unless: ['scraped', 'exported'],
        description: 'Containers that run.',
        bad: [1, 1e-3],
        texts: { 0: 'down' },
      },
      'count(count by (container) (container_start_time_seconds{service="<service>"})) or vector(0)',
    ),
    ...traffic('routed', 'At all of its routes.', ROUTES),
    ...traffic('proxy', 'Of all that it leads to.', PROXY),
    stat(
      {
        title: 'Latency',
        at: [8, 0, 3, 4],
        needs: ['probed'],
        unless: ['routed', 'proxy'],
        unit: 's',
        description: 'Of the slowest of its public routes, asked from inside.',
      },
      'max(probe_duration_seconds{service="<service>"})',
    ),
    stat(
      {
        title: 'CPU',
        at: [11, 0, 3, 4],
        needs: ['containers'],
        unit: 'percentunit',
        decimals: 0,
        bad: [0.8, 0.95],
        description: 'Of its limit; of its containers the one that uses most.',
      },
      'max(sum by (container) (rate(container_cpu_usage_seconds_total{service="<service>"}[$__rate_interval]))) / <cpus>',
    ),
    stat(
      {
        title: 'Memory',
        at: [14, 0, 3, 4],
        needs: ['containers'],
        unit: 'percentunit',
        decimals: 0,
        bad: [0.8, 0.9],
        description: 'Of its limit; of its containers the one that uses most.',
      },
      'max(container_memory_working_set_bytes{service="<service>"}) / <memory>',
    ),
    stat(
      { title: 'Restarts', at: [17, 0, 2, 4], needs: ['containers'], bad: [1, 3], description: 'In the last day.' },
      'sum(changes(container_start_time_seconds{service="<service>"}[1d]))',
    ),
    stat(
      {
        title: 'Restarts',
        at: [17, 0, 2, 4],
        needs: ['scraped'],
        unless: ['containers'],
        bad: [1, 3],
        description: 'In the last day.',
      },
      'sum(changes(process_start_time_seconds{job="<job>"}[1d])) or vector(0)',
    ),
    stat(
      {
        title: 'Last rollout',
        at: [19, 0, 3, 4],
        needs: ['containers'],
        unit: 'dateTimeFromNow',
        description: 'When the newest container was started first, in the last week.',
      },
      'max(min_over_time(container_start_time_seconds{service="<service>"}[7d])) * 1000',
    ),
    stat(
      {
        title: 'Last rollout',
        at: [19, 0, 3, 4],
        needs: ['scraped'],
        unless: ['containers'],
        unit: 'dateTimeFromNow',
        description: 'When the newest container was seen first, in the last day.',
      },
      'max(min_over_time(timestamp(up{job="<job>"})[1d:1m])) * 1000',
    ),
    stat(
      {
        title: 'Log',
        at: [22, 0, 2, 4],
        needs: ['logged'],
        description: 'Lines in five minutes; a click leads to them.',
        link: ['Its log', LOGS_OF],
      },
      'sum(count_over_time({service="<service>"}[5m])) or vector(0)',
      LOKI,
    ),
  ],
};

const UNSEEN: RowTemplate = {
  title: 'Services without metrics',
  needs: ['unseen'],
  panels: [
    text(
      { title: '', at: [0, 0, 24, 3] },
      'Nothing is measured of **<unseen>**. `metricsPath` shows a service that has metrics; metrics of containers show each.',
    ),
  ],
};

/** The environment as a whole, and one row for each service. */
export const OVERVIEW: DashboardTemplate = {
  dashboard: plain(frame({ uid: 'overview', title: 'overview', tags: ['overview'] })),
  rows: [ENVIRONMENT, SERVICE, UNSEEN],
};
