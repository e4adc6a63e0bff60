/** Something of a stack that dashboards show: a service, a database, a task of a backup. */
export interface ChartSubject {
  /**
   * By which dashboards and rows are made for it: 'service', 'database', 'route', 'task', 'host', 'containers',
   * 'probe', 'certificate'.
   */
  readonly kind: string;
  /** What stands in a dashboard's queries and titles for a word in angle brackets. */
  readonly words: Readonly<Record<string, string>>;
  /**
   * What it has, without which some panels would be empty.
   * @default - nothing beyond its kind
   */
  readonly parts?: readonly string[];
}
