import { hours, intakeOf } from './store-limits';
import type { StoreLimits } from './store-limits';
import { yamlText } from '../prometheus/yaml-text';

export const LOKI_PORT = 3100;
/** Directory of all of its data. */
export const LOKI_DATA = '/loki';
const MEBIBYTE = 1024 ** 2;

const SCHEMA = {
  from: '2024-01-01',
  store: 'tsdb',
  object_store: 'filesystem',
  schema: 'v13',
  index: { prefix: 'index_', period: '24h' },
};

/** Returns the text of `loki.yaml`: one process, files as its store, and limits in time and size. */
export function renderLoki(limits: StoreLimits): string {
  return yamlText({
    auth_enabled: false,
    server: {
      http_listen_port: LOKI_PORT,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: 9095,
      log_level: 'warn',
      log_format: 'json',
    },
    common: {
      instance_addr: '127.0.0.1',
      path_prefix: LOKI_DATA,
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: `${LOKI_DATA}/chunks`, rules_directory: `${LOKI_DATA}/rules` } },
    },
    schema_config: { configs: [SCHEMA] },
    compactor: {
      working_directory: `${LOKI_DATA}/compactor`,
      retention_enabled: true,
      delete_request_store: 'filesystem',
      compaction_interval: '10m',
      retention_delete_delay: '1h',
    },
    ingester: {
      chunk_encoding: 'snappy',
      // A single instance need not wait for others.
      lifecycler: { min_ready_duration: '1s' },
      wal: { dir: `${LOKI_DATA}/wal`, flush_on_shutdown: true, replay_memory_ceiling: '128MB' },
    },
    limits_config: lokiLimits(limits),
    pattern_ingester: { enabled: false },
    analytics: { reporting_enabled: false },
  });
}

function lokiLimits(limits: StoreLimits): object {
  const { burst, perSecond } = intakeOf(limits);
  return {
    retention_period: hours(limits),
    reject_old_samples: true,
    reject_old_samples_max_age: hours(limits),
    ingestion_rate_mb: rounded(perSecond / MEBIBYTE),
    ingestion_burst_size_mb: rounded(burst / MEBIBYTE),
    // Limit of one service; it must only be at least that of all.
    per_stream_rate_limit: '64MB',
    per_stream_rate_limit_burst: '256MB',
    max_line_size: '256KB',
    max_line_size_truncate: true,
    // Alloy has added both already, with more knowledge of the lines.
    discover_log_levels: false,
    discover_service_name: [],
    volume_enabled: true,
  };
}

function rounded(number: number): number {
  return Number(number.toPrecision(4));
}
