/** What Grafana can ask, and where. */
export interface DataSource {
  /** Also the name by which dashboards know it; there is one of each. */
  readonly kind: 'prometheus' | 'loki' | 'tempo' | 'alertmanager';
  /** As the monitoring's network reaches it: 'http://loki:3100'. */
  readonly url: string;
}

/** A store of metrics, logs, traces or alerts. */
export interface IQueryable {
  toDataSource(): DataSource;
}
