import type { Duration, Size } from '../../values';
import type { ProxyObjective } from '../../config';
import type { Secret } from '../../model/secret';

/** A bound on requests of one client. */
export interface RateLimit {
  readonly requests: number;
  readonly per: Duration;
  /**
   * Requests above the rate that may come at once.
   * @default - none
   */
  readonly burst?: number;
  /**
   * False states the wish only: that a proxy engine has no limiter is then noted instead of refused.
   * @default true
   */
  readonly required?: boolean;
}

export interface BasicAuthUser {
  readonly user: string;
  /** The password. The proxy gets its bcrypt hash. */
  readonly password: Secret;
}

/** Target of a path, and the clients that may ask for it. A changed option is a reload. */
export interface RouteOptions {
  /**
   * Host name.
   * @default - `domain` of the stack, or any host where it has none
   */
  readonly host?: string;
  /**
   * `/v1/*` is `/v1` and all below it, `/health` only itself. The longest path wins.
   * @default '/*', everything
   */
  readonly path?: string;
  /**
   * Port of the target.
   * @default - the port that the target names
   */
  readonly port?: number;
  /** @default false */
  readonly stripPrefix?: boolean;
  /**
   * Largest request body. A larger one gets 413, with an answer that names this option.
   * @default - 10 MiB
   */
  readonly maxRequestBody?: Size;
  /**
   * Compress the route's answers. False for what clients read while it is being written, other than event streams, which
   * are never compressed.
   * @default - as the proxy's `compression` says
   */
  readonly compression?: boolean;
  /**
   * Time to open a connection to the target.
   * @default 5 seconds
   */
  readonly connectTimeout?: Duration;
  /**
   * Time until the target's answer begins.
   * @default 60 seconds
   */
  readonly responseTimeout?: Duration;
  /**
   * Users that may pass.
   * @default - everybody
   */
  readonly basicAuth?: readonly BasicAuthUser[];
  /**
   * Client addresses and networks that may pass; others get 403.
   * @default - everybody
   */
  readonly allow?: readonly string[];
  /**
   * Requests allowed for each client.
   * @default - no limit
   */
  readonly rateLimit?: RateLimit;
  /**
   * How good its answers are to be. Somebody is told when that is going to be missed, where a `MonitoringStack` keeps logs:
   * routes are told apart in the access log.
   * @default - none
   */
  readonly objective?: ProxyObjective;
  /**
   * Path that monitoring asks for, to see whether the route answers. Any answer below 500 will do: a stranger may be sent
   * elsewhere, to a login, or find nothing. False asks for nothing.
   * @default - the route's own path
   */
  readonly probe?: string | false;
  /** Headers set on requests to the target; null removes. Values are literal: no placeholder works. @default - none */
  readonly requestHeaders?: Readonly<Record<string, string | null>>;
  /** Headers set on answers; null removes. Values are literal: no placeholder works. @default - none */
  readonly responseHeaders?: Readonly<Record<string, string | null>>;
}
