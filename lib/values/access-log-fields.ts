/** Names of the fields of an access log, in which each line is a JSON object. */
export interface AccessLogFields {
  /** Field with the route that a request took. */
  readonly route: string;
  /** Field with the service that answered. */
  readonly service: string;
  /** Field with the status code. */
  readonly status: string;
  /** Field with the time from the request to the end of its answer, in seconds. */
  readonly duration: string;
}
