import type { Duration, Size, TlsFiles, TlsInternal, TlsOff } from '../../values';

/** Content of a Caddyfile of this library. Ports are those inside the container. */
export interface CaddyfileModel {
  /** Address for reloads: `localhost:2019`. An address that another machine could reach is refused. */
  readonly adminAddress: string;
  /** Port for plain HTTP when TLS is off; otherwise it only redirects. */
  readonly httpPort: number;
  /** Port for HTTPS, and HTTP/3 over UDP. Unused when TLS is off. */
  readonly httpsPort: number;
  /**
   * Port of HTTPS for clients, written into redirects if it is not 443, and into the offer of HTTP/3. Set it if the
   * host publishes HTTPS on an unusual port.
   * @default 443
   */
  readonly publicHttpsPort?: number;
  /** Certificates of all sites. */
  readonly tls: CaddyTls;
  /**
   * If true, also answers over QUIC. It needs the HTTPS port published for UDP, under the same number as for TCP.
   * Unused when TLS is off.
   */
  readonly http3: boolean;
  /**
   * If true, answers plain HTTP with a permanent redirect (308, which keeps the method). Otherwise that port is closed.
   */
  readonly redirectHttp: boolean;
  /**
   * If true, logs one JSON object per request on standard output. Caddy blanks Authorization and cookie headers in it.
   */
  readonly accessLog: boolean;
  /**
   * Port and path of Caddy's own metrics, in which the listener of the sites is called 'public'. Do not publish the
   * port. The metrics do not distinguish hosts: Caddy would keep a series for each host name that a client sends, port
   * included. Any client could fill its memory with them.
   * @default no metrics
   */
  readonly metrics?: { readonly port: number; readonly path: string };
  /** Time that requests in flight may take after a stop or reload before they are cut. Not zero. */
  readonly gracePeriod: Duration;
  /** Time that an open websocket or other stream stays open after a reload. Zero cuts it at once. */
  readonly streamCloseDelay: Duration;
  /**
   * Proxies in front (addresses or networks) whose X-Forwarded-For header is trusted.
   * @default none: the address of the connection is the client
   */
  readonly trustedProxies?: readonly string[];
  /**
   * Directory of the proxy's container with the files of live upstreams.
   * @default '/etc/caddy'
   */
  readonly upstreamDirectory?: string;
  /**
   * Time that the previous configuration runs after a reload. Each of its answers over HTTP/1.1 and HTTP/2 asks the
   * client to use another connection for its next request, which the next configuration gets. No connection in use is
   * closed. A stop takes that much longer.
   * @default none
   */
  readonly reloadDrain?: Duration;
  /** All sites; each host belongs to at most one. */
  readonly sites: readonly Site[];
}

/** Certificates. The paths of `files` are paths in the proxy's container. */
export type CaddyTls = TlsOff | TlsInternal | TlsFiles | CaddyAcme;

export interface CaddyAcme {
  readonly kind: 'acme';
  readonly email: string;
  /** If true, uses the authority's staging service. @default false */
  readonly staging?: boolean;
}

/** The content under some host names. Requests for a host without a site get an empty 421. */
export interface Site {
  /**
   * Lower-case host names or IP addresses. Empty: any host. With internal certificates that is the machine itself
   * (`localhost` and its loopback addresses). ACME refuses it, because a certificate needs a name.
   */
  readonly hosts: readonly string[];
  /**
   * Headers added to each answer that does not have them; the application's own value wins. A name with `-` in
   * front is removed from every answer (the value is then unused). Strict-Transport-Security is left out if TLS
   * is off and for `localhost`, where it would block the plain HTTP of other development servers.
   */
  readonly securityHeaders: Readonly<Record<string, string>>;
  /**
   * If true, compresses answers with zstd or gzip, as the client prefers: text, JSON, fonts and similar types, never an
   * event stream. The ETag of a compressed answer ends in `-gzip` or `-zstd`; the proxy removes that suffix from
   * `If-Match` and `If-None-Match`.
   */
  readonly compression: boolean;
  /** Message of a 503 answer with Retry-After to every request, health checks included. @default off */
  readonly maintenance?: { readonly message: string; readonly retryAfter: Duration };
  /** Routes in any order: the longest path wins. */
  readonly routes: readonly Route[];
}

/**
 * One path of a site and its answer: exactly one of `upstreams`, `respond`, `files`.
 *
 * The checks run in this order: allow-list (403), password (401), request size (413).
 */
export interface Route {
  /** Path: `/v1/*` matches `/v1` and all paths below it, `/health` only itself, `/` and `/*` everything. */
  readonly path: string;
  /** Name of the responding service, for the access log. @default none */
  readonly service?: string;
  /** If true, removes the path (without its `/*`) from the request to the upstream. @default false */
  readonly stripPrefix?: boolean;
  /**
   * Upstreams, each as `name:port`, or live ones. Several are used in turn, and one that failed three times is skipped
   * for a moment.
   */
  readonly upstreams?: readonly string[] | LiveUpstreams;
  /**
   * Protocol of the upstreams.
   * @default 'http'
   */
  readonly upstreamProtocol?: 'http' | 'https' | 'h2c';
  /** Timeout for opening a connection to an upstream. */
  readonly connectTimeout?: Duration;
  /** Timeout for the start of the upstream's answer. The body may take any time. */
  readonly responseTimeout?: Duration;
  /** Timeout for one write to the upstream. */
  readonly writeTimeout?: Duration;
  /** Time that a request waits for an upstream that refuses connections; such requests are always safe to repeat. */
  readonly tryDuration?: Duration;
  /**
   * Time that an unused connection to an upstream is kept. It must be below the 5 s after which common servers close
   * theirs, so that no request is sent on a connection that is about to close. Zero: not at all.
   * @default 4 s
   */
  readonly keepAlive?: Duration;
  /** If true, compresses its answers. @default as its site */
  readonly compression?: boolean;
  /** Size limit of request bodies; larger ones get 413, with an answer that names this limit. @default no limit */
  readonly maxRequestBody?: Size;
  /** Users that may pass. @default all */
  readonly basicAuth?: readonly BasicAuthUser[];
  /** Client addresses or networks that may pass; others get 403. @default all */
  readonly allow?: readonly string[];
  /** Headers to set on the request to the upstream; null removes one. Values are literal text. */
  readonly requestHeaders?: Readonly<Record<string, string | null>>;
  /** Headers to set on the answer, over the site's and the upstream's; null removes one. Values are literal text. */
  readonly responseHeaders?: Readonly<Record<string, string | null>>;
  /**
   * Path that Caddy requests every few seconds; an upstream that does not answer with 2xx gets no requests. @default
   * none
   */
  readonly healthUri?: string;
  /** Fixed answer of the proxy itself. */
  readonly respond?: { readonly status: number; readonly body: string };
  /** Files of the proxy's container to serve. */
  readonly files?: StaticFiles;
}

/**
 * Upstreams whose hosts Caddy reads from a file at each request. Unlike a reload, a changed file closes no connection
 * of a client.
 */
export interface LiveUpstreams {
  /** Lower-case letters, digits and hyphens; the same name always means the same hosts. */
  readonly name: string;
  /** Content of its files. It may be known only at deployment. */
  readonly hosts: readonly string[];
  readonly port: number;
}

export interface BasicAuthUser {
  /** Letters, digits and `_.@+-`. */
  readonly user: string;
  /**
   * Path in the proxy's container of a file with the bcrypt hash of the password. Caddy reads it when it loads the
   * configuration: a changed file takes effect at the next reload.
   */
  readonly hashFile: string;
}

export interface StaticFiles {
  /** Absolute directory. Names that begin with a dot are not served. */
  readonly root: string;
  /** File to serve if no file matches, as single-page applications need it: `/index.html`. @default 404 */
  readonly fallback?: string;
  /** Time that clients may cache a file, the fallback included (Cache-Control). @default clients decide */
  readonly cacheFor?: Duration;
}
