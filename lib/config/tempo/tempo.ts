import { hours, intakeOf } from '../loki/store-limits';
import type { StoreLimits } from '../loki/store-limits';
import { yamlText } from '../prometheus/yaml-text';

export const TEMPO_PORT = 3200;
export const OTLP_GRPC_PORT = 4317;
/** Directory of all of its data. */
export const TEMPO_DATA = '/var/tempo';

/** Returns the text of `tempo.yaml`: one process, files as its store, and limits in time and size. */
export function renderTempo(limits: StoreLimits): string {
  const { burst, perSecond } = intakeOf(limits);
  return yamlText({
    server: {
      http_listen_port: TEMPO_PORT,
      grpc_listen_address: '127.0.0.1',
      grpc_listen_port: 9095,
      log_level: 'warn',
      log_format: 'json',
    },
    distributor: { receivers: { otlp: { protocols: { grpc: { endpoint: `0.0.0.0:${OTLP_GRPC_PORT}` } } } } },
    ingester: {
      max_block_duration: '5m',
      lifecycler: {
        address: '127.0.0.1',
        min_ready_duration: '1s',
        ring: { kvstore: { store: 'inmemory' }, replication_factor: 1 },
      },
    },
    compactor: { ring: { kvstore: { store: 'inmemory' } }, compaction: { block_retention: hours(limits) } },
    storage: {
      trace: {
        backend: 'local',
        wal: { path: `${TEMPO_DATA}/wal` },
        local: { path: `${TEMPO_DATA}/blocks` },
      },
    },
    overrides: {
      defaults: { ingestion: { rate_limit_bytes: Math.ceil(perSecond), burst_size_bytes: burst } },
    },
    usage_report: { reporting_enabled: false },
  });
}
