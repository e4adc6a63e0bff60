/**
 * The log of a proxy. Each line names the `route` that a request took, the `service` behind it, `status` and
 * `duration`.
 */
export interface AccessLog {
  /** Host name of the service that writes it. */
  readonly writer: string;
  /** Routes whose objectives are computed from it. */
  readonly objectives: readonly string[];
}

/** A construct that writes access logs. */
export interface IAccessLogging {
  /** Returns its logs. Called when the stack is complete. */
  toAccessLogs(): readonly AccessLog[];
}
