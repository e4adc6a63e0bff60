import type { Duration, Size, TlsFiles, TlsInternal, TlsOff } from '../../values';

/** Everything a Caddyfile of this library says. Ports are those inside the container. */
export interface CaddyfileModel {
  /** Where Caddy takes reloads from: `localhost:2019`. Any address that another machine could reach is refused. */
  readonly adminAddress: string;
  /** Plain HTTP is served here when TLS is off; otherwise it only redirects. */
  readonly httpPort: number;
  /** HTTPS, and HTTP/3 over UDP. Unused when TLS is off. */
  readonly httpsPort: number;
  /**
   * The port that clients see, written into redirects when it is not 443, and into the offer of HTTP/3. Set it where
   * the host publishes HTTPS on an unusual port.
   * @default 443
   */
  readonly publicHttpsPort?: number;
  readonly tls: CaddyTls;
  /**
   * Also answer over QUIC; needs the HTTPS port published for UDP, under the same number as for TCP. Unused when TLS
   * is off.
   */
  readonly http3: boolean;
  /** Answer plain HTTP with a permanent redirect (308, which keeps the method). Without it that port is closed. */
  readonly redirectHttp: boolean;
  /** One JSON object per request on standard output. Caddy blanks Authorization and cookie headers in it. */
  readonly accessLog: boolean;
  /**
   * Serves Caddy's own metrics on a port of their own, in which the listener of the sites is called 'public'. Do not publish
   * it. Hosts are not told apart: Caddy would take what a client calls its host, port included, for one, and keep a series
   * of each for good; anyone could fill its memory with that.
   * @default no metrics
   */
  readonly metrics?: { readonly port: number; readonly path: string };
  /** How long requests in flight may go on after a stop or reload before they are cut. Not zero. */
  readonly gracePeriod: Duration;
  /** How long an open websocket or other stream lives on after a reload. Zero cuts it at once. */
  readonly streamCloseDelay: Duration;
  /**
   * Proxies in front (addresses or networks) whose X-Forwarded-For is believed.
   * @default none: the address of the connection is the client
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Directory of the proxy's container with the files of live upstreams.
   * @default '/etc/caddy'
   */
  readonly upstreamDirectory?: string;
  /**
   * Time that the previous configuration goes on after a reload. Each of its answers over HTTP/1.1 and HTTP/2 then tells the
   * client to open another connection for its next request, which the next configuration gets. So no connection in use is
   * closed. A stop takes as much longer.
   * @default none
   */
  readonly reloadDrain?: Duration;
  readonly sites: readonly Site[];
}

/** Certificates. The paths of `files` are paths in the proxy's container. */
export type CaddyTls = TlsOff | TlsInternal | TlsFiles | CaddyAcme;

export interface CaddyAcme {
  readonly kind: 'acme';
  readonly email: string;
  /** @default false */
  readonly staging?: boolean;
}

/** What is served under some host names. Requests for a host of no site get an empty 421. */
export interface Site {
  /**
   * Lower-case host names or IP addresses. Empty: any host; under internal certificates that is the machine itself
   * (`localhost` and its loopback addresses), and ACME refuses it, because a certificate needs a name.
   */
  readonly hosts: readonly string[];
  /**
   * Headers added to each answer that does not have them; the application's own value wins. A name with `-` in
   * front is removed from every answer (the value is then unused). Strict-Transport-Security is left out where TLS
   * is off and for `localhost`, where it would lock other development servers out of plain HTTP.
   */
  readonly securityHeaders: Readonly<Record<string, string>>;
  /**
   * Compress answers with zstd or gzip, as the client prefers: text, JSON, fonts and the like, never an event stream. The
   * ETag of a compressed answer ends in `-gzip` or `-zstd`; the end is taken off again in `If-Match` and `If-None-Match`.
   */
  readonly compression: boolean;
  /** Answers every request, health checks included, with 503 and Retry-After. @default off */
  readonly maintenance?: { readonly message: string; readonly retryAfter: Duration };
  /** In any order: the longest path wins. */
  readonly routes: readonly Route[];
}

/**
 * One path of a site and what answers there: exactly one of `upstreams`, `respond`, `files`.
 *
 * The checks run in this order: allow-list (403), password (401), request size (413).
 */
export interface Route {
  /** `/v1/*` matches `/v1` and all below it, `/health` only itself, `/` and `/*` everything. */
  readonly path: string;
  /** Name of what answers, for the access log. @default none */
  readonly service?: string;
  /** Removes the path (without its `/*`) from what the upstream sees. @default false */
  readonly stripPrefix?: boolean;
  /** `name:port` each, or live. Several are used in turn, and one that failed three times is left out for a moment. */
  readonly upstreams?: readonly string[] | LiveUpstreams;
  /** @default 'http' */
  readonly upstreamProtocol?: 'http' | 'https' | 'h2c';
  /** Time to open a connection to an upstream. */
  readonly connectTimeout?: Duration;
  /** Time until the upstream's answer begins. The body may take as long as it likes. */
  readonly responseTimeout?: Duration;
  /** Time for one write to the upstream. */
  readonly writeTimeout?: Duration;
  /** How long a request waits for an upstream that refuses connections; such requests are always safe to repeat. */
  readonly tryDuration?: Duration;
  /**
   * How long an unused connection to an upstream is kept. Below the 5 s after which common servers close theirs, so
   * that no request is written into a connection that is just being closed. Zero: not at all.
   * @default 4 s
   */
  readonly keepAlive?: Duration;
  /** Compress its answers. @default as its site */
  readonly compression?: boolean;
  /** Larger request bodies get 413, with an answer that names this limit. @default no limit */
  readonly maxRequestBody?: Size;
  /** Users that may pass. @default everybody */
  readonly basicAuth?: readonly BasicAuthUser[];
  /** Client addresses or networks that may pass; others get 403. @default everybody */
  readonly allow?: readonly string[];
  /** Headers set on the request to the upstream; null removes. Values are literal text. */
  readonly requestHeaders?: Readonly<Record<string, string | null>>;
  /** Headers set on the answer, over the site's and the upstream's; null removes. Values are literal text. */
  readonly responseHeaders?: Readonly<Record<string, string | null>>;
  /** Path that is asked every few seconds; an upstream that does not answer with 2xx gets no requests. @default none */
  readonly healthUri?: string;
  /** Answers by itself. */
  readonly respond?: { readonly status: number; readonly body: string };
  /** Serves files of the proxy's container. */
  readonly files?: StaticFiles;
}

/**
 * Upstreams that move: their hosts are read from a file at each request. A changed file closes no connection of a client,
 * as a reload would, whether other hosts take their place or their number changes.
 */
export interface LiveUpstreams {
  /** Lower-case letters, digits and hyphens; the same name is the same hosts everywhere. */
  readonly name: string;
  /** What its files hold. May be known only at deployment. */
  readonly hosts: readonly string[];
  readonly port: number;
}

export interface BasicAuthUser {
  /** Letters, digits and `_.@+-`. */
  readonly user: string;
  /**
   * Path in the proxy's container of a file with the bcrypt hash of the password. It is read when the configuration
   * is loaded: a changed file acts at the next reload.
   */
  readonly hashFile: string;
}

export interface StaticFiles {
  /** Absolute directory. Names that begin with a dot are not served. */
  readonly root: string;
  /** Served when no file matches, as single-page applications need it: `/index.html`. @default 404 */
  readonly fallback?: string;
  /** How long clients may keep a file without asking, the fallback included (Cache-Control). @default clients decide */
  readonly cacheFor?: Duration;
}
