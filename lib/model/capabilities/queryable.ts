/** A data source of Grafana. */
export interface DataSource {
  /** Kind of data, also the name by which dashboards know it. A stack has one of each kind. */
  readonly kind: 'prometheus' | 'loki' | 'tempo' | 'alertmanager';
  /** Address in the monitoring's network: 'http://loki:3100'. */
  readonly url: string;
}

/** A store of metrics, logs, traces or alerts. */
export interface IQueryable {
  /** Returns the address for Grafana. */
  toDataSource(): DataSource;
}
