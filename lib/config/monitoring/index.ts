export { type AlertmanagerModel, type AlertRoute, type Channel, renderAlertmanager, WATCHDOG } from './alertmanager';
export { hostAlerts, type HostAlertOptions } from './host-alerts';
export { alertmanagerAlerts, prometheusAlerts, watchdog } from './own-alerts';
export { postgresAlerts, type PostgresAlertOptions } from './postgres-alerts';
export { promDuration } from './prom-duration';
export { type PrometheusModel, renderPrometheus, type ScrapeJob } from './prometheus';
export type { QuietHours } from './quiet-hours';
export { targetAlerts } from './target-alerts';
