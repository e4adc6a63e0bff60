/**
 * Transport of log lines from a platform to a collector. The platform states which one it has, and refuses others.
 */
export type LogTransport =
  /** Batches over HTTP, in the format of the HTTP Event Collector. */
  | { readonly kind: 'hec'; readonly port: number }
  /** Single lines over TCP, in the Fluent Forward protocol. */
  | { readonly kind: 'forward'; readonly port: number }
  /** Files on each host, one JSON object in each line. The collector reads them. */
  | { readonly kind: 'files'; readonly directory: string };
