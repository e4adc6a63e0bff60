import {
  alertmanagerAlerts,
  hostAlerts,
  postgresAlerts,
  prometheusAlerts,
  targetAlerts,
  watchdog,
} from '../../lib/config';
import { ENGINE_COMMANDS } from '../../lib/platform/engine/commands';
import type { AlertRule } from '../../lib/values';
import { LOG_CASES, LOG_RULES } from './log-cases';
import { PROXY_CASES, PROXY_RULES } from './proxy-cases';
import { always, counting, spell } from './promtool';
import type { Life } from './promtool';
import { SERVICE_CASES, SERVICE_RULES } from './service-cases';

const stack = 'shop-prod';
const commands = ENGINE_COMMANDS;

export const MONITORING_RULES: readonly AlertRule[] = [
  watchdog(stack),
  ...targetAlerts({ stack, commands, job: 'api' }, 'critical'),
  ...targetAlerts({ stack, commands, job: 'tempo' }, 'warning', false),
  ...prometheusAlerts({ stack, job: 'prometheus' }, true),
  ...alertmanagerAlerts({ stack, job: 'alertmanager' }),
  ...hostAlerts({ stack, commands, job: 'node-exporter' }),
  ...postgresAlerts({ stack, commands, job: 'postgres-exporter' }, 'postgres'),
  ...LOG_RULES,
  ...SERVICE_RULES,
  ...PROXY_RULES,
];

export interface MonitoringCase {
  readonly name: string;
  readonly alert: string;
  /** Of the several rules of one name. */
  readonly severity?: AlertRule['severity'];
  readonly job?: string;
  /** What the expression of one has, and that of the others of its name does not. */
  readonly among?: string;
  /** By the metric with its labels but the job, where that is the one of the rule. */
  readonly series: Readonly<Record<string, Life>>;
  /** Minutes at which the alert is silent, and at which it has fired. */
  readonly silent?: readonly number[];
  readonly fires?: readonly number[];
  /** Labels of what was found. */
  readonly found?: Readonly<Record<string, string>>;
  /** What `{{ $value … }}` becomes. */
  readonly value?: string;
}

const GIB = 1024 ** 3;
const disk = (free: Life, readOnly = 0): MonitoringCase['series'] => ({
  'node_filesystem_avail_bytes{fstype="ext4",mountpoint="/srv"}': free,
  'node_filesystem_size_bytes{fstype="ext4",mountpoint="/srv"}': always(1000),
  'node_filesystem_readonly{fstype="ext4",mountpoint="/srv"}': always(readOnly),
});
const ON_DISK = { mountpoint: '/srv', fstype: 'ext4' };

const table = (dead: number, live: number): MonitoringCase['series'] => ({
  'pg_stat_user_tables_n_dead_tup{relname="orders"}': spell(10, dead),
  'pg_stat_user_tables_n_live_tup{relname="orders"}': always(live),
});

export const MONITORING_CASES: readonly MonitoringCase[] = [
  ...SERVICE_CASES,
  ...PROXY_CASES,
  { name: 'always', alert: 'Watchdog', series: {}, fires: [0, 1, 100] },
  {
    name: 'does not answer',
    alert: 'TargetDown',
    severity: 'critical',
    series: { up: spell(1, 0) },
    silent: [49, 50, 160],
    fires: [51, 149],
  },
  {
    name: 'of the monitoring does not answer',
    alert: 'TargetDown',
    severity: 'warning',
    series: { up: spell(1, 0) },
    silent: [49, 50, 160],
    fires: [51, 149],
  },
  { name: 'is not found', alert: 'TargetDown', series: { up: [[1, 50]] }, silent: [49, 54], fires: [60, 149] },
  {
    name: 'one of two answers',
    alert: 'TargetDown',
    series: { 'up{instance="a"}': spell(1, 0), 'up{instance="b"}': always(1) },
    silent: [51, 100],
  },
  {
    name: 'starts each three minutes',
    alert: 'ServiceRestarting',
    series: {
      process_start_time_seconds: [[0, 50], ...[1, 2, 3, 4, 5, 6].map((at) => [at, 3] as const), [7, 200]],
    },
    silent: [50, 56, 90],
    fires: [58],
    value: '3',
  },
  {
    name: 'was deployed once, and replaced',
    alert: 'ServiceRestarting',
    series: {
      'process_start_time_seconds{instance="a"}': spell(1, 2),
      'process_start_time_seconds{instance="b"}': spell(3, 4),
    },
    silent: [50, 51, 60, 150, 151],
  },
  {
    name: 'refuses a configuration',
    alert: 'PrometheusConfigurationRefused',
    series: { prometheus_config_last_reload_successful: spell(1, 0) },
    silent: [49, 54, 151],
    fires: [55, 149],
  },
  {
    name: 'a rule fails',
    alert: 'PrometheusRuleFails',
    series: { 'prometheus_rule_evaluation_failures_total{rule_group="shop"}': counting },
    silent: [49, 53, 170],
    fires: [60, 149],
  },
  {
    name: 'samples twice',
    alert: 'PrometheusLosesSamples',
    series: {
      prometheus_target_scrapes_sample_duplicate_timestamp_total: counting,
      prometheus_target_scrapes_sample_out_of_order_total: always(3),
    },
    silent: [49, 58, 170],
    fires: [65, 149],
  },
  {
    name: 'alerts are dropped',
    alert: 'PrometheusCannotAlert',
    series: {
      'prometheus_notifications_dropped_total{alertmanager="a"}': counting,
      prometheus_notifications_alertmanagers_discovered: always(1),
    },
    silent: [49, 53, 170],
    fires: [60, 149],
  },
  {
    name: 'nobody to send to',
    alert: 'PrometheusCannotAlert',
    series: { prometheus_notifications_alertmanagers_discovered: spell(1, 0) },
    silent: [49, 54, 151],
    fires: [55, 149],
  },
  {
    name: 'refuses a configuration',
    alert: 'AlertmanagerConfigurationRefused',
    series: { alertmanager_config_last_reload_successful: spell(1, 0) },
    silent: [49, 54, 151],
    fires: [55, 149],
  },
  {
    name: 'the other side does not take them',
    alert: 'NotificationsFail',
    series: {
      'alertmanager_notifications_failed_total{integration="email",reason="other"}': counting,
      'alertmanager_notifications_failed_total{integration="webhook",reason="other"}': always(0),
    },
    silent: [49, 170],
    fires: [52, 149],
    found: { integration: 'email' },
  },
  {
    name: 'a tenth is free',
    alert: 'DiskLow',
    severity: 'warning',
    series: disk(spell(200, 100)),
    silent: [49, 54, 151],
    fires: [55, 149],
    found: ON_DISK,
    value: '10%',
  },
  { name: 'it cannot be written to', alert: 'DiskLow', series: disk(always(0), 1), silent: [10, 100] },
  {
    name: 'nearly nothing is free',
    alert: 'DiskLow',
    severity: 'critical',
    series: disk(spell(100, 70)),
    silent: [49, 51, 151],
    fires: [52, 149],
    found: ON_DISK,
    value: '7%',
  },
  {
    name: 'it fills by a tenth of its size each hour',
    alert: 'DiskFullSoon',
    series: disk([
      [450, 100],
      [[450, 200], 150],
      [450, 100],
    ]),
    silent: [99, 110],
    fires: [170],
    found: ON_DISK,
  },
  {
    name: 'it fills, and has room for days',
    alert: 'DiskFullSoon',
    series: disk([[[900, 850], 300]]),
    silent: [100, 200, 290],
  },
  {
    name: 'little memory',
    alert: 'HostMemoryLow',
    series: { node_memory_MemAvailable_bytes: spell(500, 50), node_memory_MemTotal_bytes: always(1000) },
    silent: [49, 59, 151],
    fires: [60, 149],
    value: '5%',
  },
  {
    name: 'a kill for memory',
    alert: 'HostOutOfMemoryKill',
    series: {
      node_vmstat_oom_kill: [
        [0, 50],
        [2, 200],
      ],
    },
    silent: [50, 80],
    fires: [52, 60],
  },
  {
    name: 'nobody keeps the clock',
    alert: 'HostClockWrong',
    series: { node_timex_sync_status: spell(1, 0) },
    silent: [49, 64, 151],
    fires: [65, 149],
  },
  { name: 'no answer', alert: 'PostgresDown', series: { pg_up: spell(1, 0) }, silent: [49, 50, 151], fires: [51, 149] },
  {
    name: 'hangs, and its exporter with it',
    alert: 'PostgresDown',
    series: { pg_up: spell(1, undefined) },
    silent: [49, 54, 151],
    fires: [60, 149],
  },
  {
    name: 'ninety of a hundred',
    alert: 'PostgresConnectionsHigh',
    series: {
      'pg_stat_activity_count{state="idle"}': spell(10, 80),
      'pg_stat_activity_count{state="active"}': always(10),
      pg_settings_max_connections: always(100),
    },
    silent: [49, 54, 151],
    fires: [55, 149],
    value: '90%',
  },
  {
    name: 'half an hour',
    alert: 'PostgresTransactionLong',
    series: {
      'pg_stat_activity_max_tx_duration{datname="shop",state="active"}': spell(1, 1800),
      'pg_stat_activity_max_tx_duration{datname="shop",state="idle"}': always(0),
    },
    silent: [49, 50, 151],
    fires: [51, 149],
    found: { datname: 'shop' },
    value: '30m 0s',
  },
  {
    name: 'an image with another library',
    alert: 'PostgresCollationChanged',
    series: {
      'pg_database_collation_mismatch{datname="shop"}': spell(0, 1),
      'pg_database_collation_mismatch{datname="postgres"}': always(0),
    },
    silent: [49, 54, 151],
    fires: [55, 149],
    found: { datname: 'shop' },
  },
  {
    name: 'two gibibytes',
    alert: 'PostgresSlotRetainsLog',
    series: { 'pg_replication_slots_pg_wal_lsn_diff{slot_name="backup"}': spell(1000, 2 * GIB) },
    silent: [49, 54, 151],
    fires: [55, 149],
    found: { slot_name: 'backup' },
    value: '2Gi',
  },
  {
    name: 'half of the rows',
    alert: 'PostgresDeadRows',
    series: table(50_000, 50_000),
    silent: [49, 109, 151],
    fires: [110, 149],
    found: { relname: 'orders' },
    value: '50%',
  },
  { name: 'of a small table', alert: 'PostgresDeadRows', series: table(900, 100), silent: [49, 120, 149] },
  ...LOG_CASES,
];

/** The rule that a case is about. */
export function ruleOf({ name, alert, severity, job, among = '' }: MonitoringCase): AlertRule {
  const found = MONITORING_RULES.find(
    (rule) =>
      rule.name === alert &&
      (severity ?? rule.severity) === rule.severity &&
      (job ?? rule.labels.job) === rule.labels.job &&
      rule.expr.includes(among),
  );
  if (found === undefined) throw new Error(`no rule ${alert} for: ${name}`);
  return found;
}
