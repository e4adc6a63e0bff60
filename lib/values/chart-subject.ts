/** A part of a stack that dashboards show: a service, a database, a task of a backup. */
export interface DashboardSubject {
  /**
   * Kind that selects its dashboards and rows: 'service', 'database', 'route', 'answers', 'task', 'host', 'containers',
   * 'probe', 'certificate'.
   */
  readonly kind: string;
  /** Replacements for the words in angle brackets in a dashboard's queries and titles. */
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Optional parts that the subject has. Panels for other parts are left out, because they would be empty.
   * @default - only the parts of its kind
   */
  readonly features?: readonly string[];
}
