/** Images that the constructs use when a program states none, in one place for readers and update tools. */
export const DEFAULT_IMAGES = {
  alertmanager: 'prom/alertmanager:v0.34.0',
  alloy: 'grafana/alloy:v1.19.1',
  blackboxExporter: 'prom/blackbox-exporter:v0.28.0',
  cadvisor: 'ghcr.io/google/cadvisor:v0.60.5',
  caddy: 'caddy:2.11.7',
  debian: 'debian:13.2-slim',
  loki: 'grafana/loki:3.7.6',
  grafana: 'grafana/grafana:13.2.1',
  nodeExporter: 'prom/node-exporter:v1.12.1',
  postgres: 'postgres:18.6',
  postgresExporter: 'quay.io/prometheuscommunity/postgres-exporter:v0.20.1',
  prometheus: 'prom/prometheus:v3.14.0',
  tempo: 'grafana/tempo:2.10.8',
} as const;
