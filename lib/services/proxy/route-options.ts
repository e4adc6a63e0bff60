import type { Duration, Size } from '../../values';
import type { ServiceLevelObjective } from '../../config';
import type { Secret } from '../../model/secrets/secret';

/** Limit on the requests of one client. */
export interface RateLimit {
  /** Number of requests in the period. */
  readonly requests: number;
  /** Length of the period. */
  readonly per: Duration;
  /**
   * Number of requests above the rate that may come at once.
   * @default - none
   */
  readonly burst?: number;
  /**
   * If false, a proxy engine without a limiter adds a note instead of an error.
   * @default true
   */
  readonly required?: boolean;
}

/** User name and password of HTTP basic authentication. */
export interface BasicAuthUser {
  /** User name. */
  readonly user: string;
  /** The password. The proxy gets its bcrypt hash. */
  readonly password: Secret;
}

/** Path and settings of a route, and the clients that may use it. A changed option is a reload. */
export interface RouteOptions {
  /**
   * Host name.
   * @default - `domain` of the stack, or any host where it has none
   */
  readonly host?: string;
  /**
   * Path: `/v1/*` is `/v1` and all paths below it, `/health` only itself. The longest path wins.
   * @default '/*', everything
   */
  readonly path?: string;
  /**
   * Port of the target.
   * @default - the port that the target names
   */
  readonly port?: number;
  /**
   * If true, the target gets the request without the path of the route.
   * @default false
   */
  readonly stripPrefix?: boolean;
  /**
   * Size limit of a request body. A larger one gets 413, with an answer that names this option.
   * @default - 10 MiB
   */
  readonly maxRequestBody?: Size;
  /**
   * If true, the route's answers are compressed. Set it to false for answers that clients read while they are written.
   * Event streams are never compressed.
   * @default - as the proxy's `compression` says
   */
  readonly compression?: boolean;
  /**
   * Timeout for opening a connection to the target.
   * @default 5 seconds
   */
  readonly connectTimeout?: Duration;
  /**
   * Timeout for the start of the target's answer.
   * @default 60 seconds
   */
  readonly responseTimeout?: Duration;
  /**
   * Users that may pass.
   * @default - all
   */
  readonly basicAuth?: readonly BasicAuthUser[];
  /**
   * Client addresses and networks that may pass; others get 403.
   * @default - all
   */
  readonly allow?: readonly string[];
  /**
   * Limit on the requests of each client.
   * @default - no limit
   */
  readonly rateLimit?: RateLimit;
  /**
   * Objective for the route's answers. An alert fires when it is about to be missed. It needs a `MonitoringStack` with
   * logs, because only the access log distinguishes routes.
   * @default - none
   */
  readonly objective?: ServiceLevelObjective;
  /**
   * Path that monitoring requests, or false for none. Any status below 500 counts as up (redirect, login and 404
   * included).
   * @default - the route's own path
   */
  readonly probe?: string | false;
  /**
   * Headers to set on requests to the target; null removes one. Values are literal, without placeholders. @default -
   * none
   */
  readonly requestHeaders?: Readonly<Record<string, string | null>>;
  /** Headers to set on answers; null removes one. Values are literal, without placeholders. @default - none */
  readonly responseHeaders?: Readonly<Record<string, string | null>>;
}
