import { renderAlloy, renderLoki, renderTempo } from '../../lib/config';
import type { AlloyModel } from '../../lib/config';
import { ENGINE_LOGS } from '../../lib/platform/engine/log-driver';
import { LogDriver } from '../../lib/platform/engine/log-path';
import { Duration, Size } from '../../lib/values';
import { describeWith } from '../support/programs';
import { RuleDirectory } from '../support/promtool';

const LIMITS = { retention: Duration.days(14), retentionSize: Size.gibibytes(20) };
const PLACE = {
  system: 'shop',
  environment: 'prod',
  tagPattern: ENGINE_LOGS.tagPattern('shop-prod'),
  proxies: [],
  loki: 'http://loki:3100',
};
const TRACES = { tempo: 'tempo:4317' };

function alloy(path: LogDriver): AlloyModel {
  return { logs: { ...PLACE, path }, traces: TRACES };
}

test('loki.yaml keeps files for a time, and takes in no more than there is to be', () => {
  expect(renderLoki(LIMITS)).toBe(`auth_enabled: false
server:
  http_listen_port: 3100
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: 9095
  log_level: warn
  log_format: json
common:
  instance_addr: 127.0.0.1
  path_prefix: /loki
  replication_factor: 1
  ring:
    kvstore:
      store: inmemory
  storage:
    filesystem:
      chunks_directory: /loki/chunks
      rules_directory: /loki/rules
schema_config:
  configs:
    - from: "2024-01-01"
      store: tsdb
      object_store: filesystem
      schema: v13
      index:
        prefix: index_
        period: 24h
compactor:
  working_directory: /loki/compactor
  retention_enabled: true
  delete_request_store: filesystem
  compaction_interval: 10m
  retention_delete_delay: 1h
ingester:
  chunk_encoding: snappy
  lifecycler:
    min_ready_duration: 1s
  wal:
    dir: /loki/wal
    flush_on_shutdown: true
    replay_memory_ceiling: 128MB
limits_config:
  retention_period: 336h
  reject_old_samples: true
  reject_old_samples_max_age: 336h
  ingestion_rate_mb: 0.0127
  ingestion_burst_size_mb: 5120
  per_stream_rate_limit: 64MB
  per_stream_rate_limit_burst: 256MB
  max_line_size: 256KB
  max_line_size_truncate: true
  discover_log_levels: false
  discover_service_name: []
  volume_enabled: true
pattern_ingester:
  enabled: false
analytics:
  reporting_enabled: false
`);
});

test('tempo.yaml keeps files for a time, and takes in no more than there is to be', () => {
  expect(renderTempo({ retention: Duration.hours(36), retentionSize: Size.gibibytes(4) })).toBe(`server:
  http_listen_port: 3200
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: 9095
  log_level: warn
  log_format: json
distributor:
  receivers:
    otlp:
      protocols:
        grpc:
          endpoint: 0.0.0.0:4317
ingester:
  max_block_duration: 5m
  lifecycler:
    address: 127.0.0.1
    min_ready_duration: 1s
    ring:
      kvstore:
        store: inmemory
      replication_factor: 1
compactor:
  ring:
    kvstore:
      store: inmemory
  compaction:
    block_retention: 36h
storage:
  trace:
    backend: local
    wal:
      path: /var/tempo/wal
    local:
      path: /var/tempo/blocks
overrides:
  defaults:
    ingestion:
      rate_limit_bytes: 24856
      burst_size_bytes: 1073741824
usage_report:
  reporting_enabled: false
`);
});

test('config.alloy finds out who wrote a line, how bad it is and to what request it belongs', () => {
  const text = renderAlloy({ logs: { ...PLACE, path: LogDriver.splunk() }, traces: undefined });
  expect(text).toMatch(
    /^logging \{\n\tlevel = "warn"\n\tformat = "json"\n\}\n\notelcol\.receiver\.splunkhec "engine" \{\n/,
  );
  expect(text).toContain(`	stage.regex {
		source = "tag"
		expression = "^shop-prod (?P<service>\\\\S+) (?P<container>\\\\S+)(?: (?P<version>\\\\S+))?$"
	}
	stage.template {
		source = "ours"
		template = "{{ if .service }}yes{{ else }}no{{ end }}"
	}
	stage.drop {
		source = "ours"
		value = "no"
		drop_counter_reason = "other_stack"
	}
`);
  expect(text).toContain(`	stage.labels {
		values = { service = "" }
	}
	stage.labels {
		values = { version = "", stream = "" }
	}
	stage.structured_metadata {
		values = { level = "", trace_id = "", span_id = "", container = "" }
	}
`);
  expect(text).toContain(`loki.write "loki" {
	external_labels = { system = "shop", environment = "prod" }
	endpoint {
		url = "http://loki:3100/loki/api/v1/push"
		batch_wait = "1s"
		max_backoff_period = "10s"
		max_backoff_retries = 0
		retry_on_http_429 = false
	}
}
`);
  expect(text).not.toContain('otlp');
});

test('config.alloy hands traces on', () => {
  expect(renderAlloy({ logs: undefined, traces: TRACES })).toBe(`logging {
	level = "warn"
	format = "json"
}

otelcol.receiver.otlp "services" {
	http {
		endpoint = "0.0.0.0:4318"
	}
	output {
		traces = [otelcol.processor.batch.traces.input]
	}
}

otelcol.processor.batch "traces" {
	timeout = "1s"
	output {
		traces = [otelcol.exporter.otlp.tempo.input]
	}
}

otelcol.exporter.otlp "tempo" {
	client {
		endpoint = "tempo:4317"
		tls {
			insecure = true
		}
	}
}
`);
});

test.each([
  [{ retention: Duration.minutes(90) }, '`retention` must be a whole number of hours from 1, got "1h30m0s"'],
  [{ retention: Duration.seconds(0) }, '`retention` must be a whole number of hours from 1, got "0s"'],
  [{ retentionSize: Size.mebibytes(63) }, '`retentionSize` must be at least 64 MiB, got "63m"'],
])('limits that cannot be kept are refused: %#', (change, message) => {
  expect(() => renderLoki({ ...LIMITS, ...change })).toThrow(message);
});

describe('judged by the programs themselves', () => {
  let directory: RuleDirectory;
  beforeAll(() => (directory = new RuleDirectory()));
  afterAll(() => directory.remove());

  describeWith('alloy', 'Alloy', () => {
    test.each([
      ['splunk', 'public-preview'],
      ['fluentd', 'experimental'],
      ['files', 'generally-available'],
    ] as const)('takes what it is given for %s, at no lower stability', (kind, stability) => {
      directory.write('config.alloy', renderAlloy(alloy(LogDriver[kind]())));
      expect(directory.run('alloy', 'validate', `--stability.level=${stability}`, 'config.alloy')).toEqual({
        status: 0,
        output: '',
      });
    });
  });

  describeWith('loki', 'Loki', () => {
    test('takes what it is given', () => {
      directory.write('loki.yaml', renderLoki(LIMITS));
      expect(directory.run('loki', '-config.file=loki.yaml', '-verify-config')).toMatchObject({ status: 0 });
    });
  });

  describeWith('tempo', 'Tempo', () => {
    test('takes what it is given', () => {
      directory.write('tempo.yaml', renderTempo(LIMITS));
      expect(directory.run('tempo', '-config.file=tempo.yaml', '-config.verify=true')).toMatchObject({ status: 0 });
    });
  });
});
