import type { AccessLogFields } from '../../values';

/** The log of a proxy, with one JSON object for each request. */
export interface AccessLog {
  /** Host name of the service that writes it. */
  readonly writer: string;
  /** Fields with the route that a request took, the service behind it, the status and the time that it took. */
  readonly fields: AccessLogFields;
  /** Routes whose objectives are computed from it. */
  readonly objectives: readonly string[];
}

/** A construct that writes access logs. */
export interface IAccessLogSource {
  /** Returns its logs. Called when the stack is complete. */
  toAccessLogs(): readonly AccessLog[];
}
