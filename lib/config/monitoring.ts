export * from './grafana/dashboards';
export {
  type AlertmanagerModel,
  type AlertRoute,
  type Channel,
  renderAlertmanager,
  WATCHDOG,
} from './alertmanager/alertmanager';
export { type AlloyModel, alloyStability, renderAlloy } from './alloy/alloy';
export { LOG_FILES, LOG_PORTS } from './alloy/alloy-logs';
export { type LoggedProxy, ROUTE_LABELS } from './alloy/alloy-routes';
export { OTLP_HTTP_PORT } from './alloy/alloy-traces';
export { probeModule, renderBlackbox } from './blackbox/blackbox';
export { containerAlerts } from './prometheus/alerts/container-alerts';
export { type ContainerIds, containerLabels } from './prometheus/container-labels';
export { renderDashboardProvider, renderDataSources } from './grafana/grafana';
export { hostAlerts, type HostAlertOptions } from './prometheus/alerts/host-alerts';
export { alloyAlerts, lokiAlerts } from './prometheus/alerts/log-alerts';
export { LOKI_DATA, LOKI_PORT, renderLoki } from './loki/loki';
export { alertmanagerAlerts, prometheusAlerts, watchdog } from './prometheus/alerts/own-alerts';
export type { LatencyObjective, ServiceLevelObjective } from './proxy/objective';
export { postgresAlerts, type PostgresAlertOptions } from './postgres/postgres-alerts';
export { renderPostgresQueries } from './postgres/postgres-queries';
export { probeAlerts } from './prometheus/alerts/probe-alerts';
export type { ProbedAddress, ProbeJob } from './prometheus/probe-job';
export { promDuration } from './prometheus/prom-duration';
export { type PrometheusModel, renderPrometheus, type ScrapeJob } from './prometheus/prometheus';
export { proxyAlerts, routeAlerts } from './prometheus/alerts/proxy-alerts';
export type { QuietHours } from './alertmanager/quiet-hours';
export type { StoreLimits } from './loki/store-limits';
export { targetAlerts } from './prometheus/alerts/target-alerts';
export { OTLP_GRPC_PORT, renderTempo, TEMPO_DATA, TEMPO_PORT } from './tempo/tempo';
export { tempoAlerts } from './prometheus/alerts/trace-alerts';
