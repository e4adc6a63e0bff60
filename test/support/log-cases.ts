import { alloyAlerts, lokiAlerts, tempoAlerts } from '../../lib/config';
import { Duration, Size } from '../../lib/values';
import { ENGINE_COMMANDS } from '../../lib/platform/engine/commands';
import type { AlertRule } from '../../lib/values';
import type { MonitoringCase } from './monitoring-cases';
import type { Life } from './promtool';

const stack = 'shop-prod';
const commands = ENGINE_COMMANDS;

export const LOG_RULES: readonly AlertRule[] = [
  ...alloyAlerts({ stack, commands, job: 'alloy' }, true),
  ...lokiAlerts({ stack, job: 'loki' }, { retention: Duration.days(14), retentionSize: Size.gibibytes(20) }),
  ...tempoAlerts({ stack, job: 'tempo' }),
];

const always = (value: number): Life => [[value, 300]];
/** Good until minute 50, bad until 150, then good again. */
const spell = (good: number, bad: number): Life => [
  [good, 50],
  [bad, 100],
  [good, 100],
];
/** A counter that grows in the same time, by so much each minute. */
const counting = (each: number): Life => [
  [0, 50],
  [[each, 100 * each], 100],
  [100 * each, 100],
];
const GIB = 1024 ** 3;
const request = (status: string, route = 'loki_api_v1_push'): string =>
  `loki_request_duration_seconds_count{method="POST",route="${route}",status_code="${status}"}`;

export const LOG_CASES: readonly MonitoringCase[] = [
  {
    name: 'refuses a configuration',
    alert: 'AlloyConfigurationRefused',
    series: { alloy_config_last_load_successful: spell(1, 0) },
    silent: [49, 54, 151],
    fires: [55, 149],
  },
  {
    name: 'a receiver does not get its port',
    alert: 'AlloyComponentUnhealthy',
    series: {
      'alloy_component_controller_running_components{health_type="healthy"}': spell(6, 5),
      'alloy_component_controller_running_components{health_type="unhealthy"}': spell(0, 1),
    },
    silent: [49, 54, 151],
    fires: [55, 149],
    value: '1',
  },
  {
    name: 'tries again and again',
    alert: 'LogsDelayed',
    series: { loki_write_batch_retries_total: counting(6) },
    silent: [49, 59, 157],
    fires: [61, 149],
  },
  {
    name: 'more than there is room for',
    alert: 'LogsDropped',
    series: {
      'loki_write_dropped_entries_total{reason="rate_limited"}': counting(9),
      'loki_write_dropped_entries_total{reason="line_too_long"}': always(0),
    },
    silent: [49, 161],
    fires: [70, 149],
    found: { reason: 'rate_limited' },
    value: '90',
  },
  {
    name: 'every third push fails',
    alert: 'LokiRequestErrors',
    series: { [request('500')]: counting(10), [request('204')]: counting(30) },
    silent: [49, 59, 160],
    fires: [65, 149],
    value: '25%',
  },
  {
    name: 'is not ready, and takes what it gets',
    alert: 'LokiRequestErrors',
    series: { [request('503', 'ready')]: counting(12), [request('204')]: counting(12) },
    silent: [60, 100],
  },
  {
    name: 'two gibibytes each hour',
    alert: 'LogsTooMany',
    series: { 'loki_distributor_bytes_received_total{tenant="fake"}': [[[0, 10 * GIB], 301]] },
    silent: [10, 60],
    fires: [300],
    value: '140Gi',
  },
  {
    name: 'a gibibyte each day',
    alert: 'LogsTooMany',
    series: { 'loki_distributor_bytes_received_total{tenant="fake"}': [[[0, GIB], 1441]] },
    silent: [100, 300, 1400],
  },
  {
    name: 'never removed anything',
    alert: 'LokiKeepsTooMuch',
    series: {
      loki_compactor_apply_retention_last_successful_run_timestamp_seconds: [[0, 600]],
      process_start_time_seconds: [[0, 600]],
    },
    silent: [300, 479],
    fires: [481],
    value: '8h 1m 0s',
  },
  {
    name: 'has only just started',
    alert: 'LokiKeepsTooMuch',
    series: {
      loki_compactor_apply_retention_last_successful_run_timestamp_seconds: [[0, 600]],
      process_start_time_seconds: [[[0, 36_000], 601]],
    },
    silent: [300, 500, 600],
  },
  {
    name: 'removed something an hour ago',
    alert: 'LokiKeepsTooMuch',
    series: { loki_compactor_apply_retention_last_successful_run_timestamp_seconds: [[[0, 36_000], 601]] },
    silent: [300, 500, 600],
  },
  {
    name: 'more than there is room for',
    alert: 'TracesDropped',
    series: { 'tempo_discarded_spans_total{reason="rate_limited"}': counting(9) },
    silent: [49, 161],
    fires: [70, 149],
    found: { reason: 'rate_limited' },
    value: '90',
  },
  {
    name: 'a full disk',
    alert: 'TempoCannotStore',
    series: { tempo_ingester_failed_flushes_total: counting(1) },
    silent: [49, 54, 165],
    fires: [60, 149],
  },
];
