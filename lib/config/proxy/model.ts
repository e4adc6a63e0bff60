import type { Duration, Size, Tls } from '../../values';

/**
 * Sites and routes of a proxy, in the words of no program. An engine renders it as the configuration of its program.
 * Ports are those inside the container.
 */
export interface ProxyModel {
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
  /** Certificates of all sites. The paths of `files` are paths in the proxy's container. */
  readonly tls: Tls;
  /**
   * If true, also answers over QUIC. It needs the HTTPS port published for UDP, under the same number as for TCP.
   * Unused when TLS is off.
   */
  readonly http3: boolean;
  /**
   * If true, answers plain HTTP with a permanent redirect (308, which keeps the method). Otherwise that port is closed.
   */
  readonly redirectHttp: boolean;
  /** If true, logs one JSON object per request on standard output, without passwords and cookies. */
  readonly accessLog: boolean;
  /**
   * Port and path of the program's own metrics. Do not publish the port. The metrics must not have series for each host
   * name that a client sends: any client could fill the program's memory with them.
   * @default no metrics
   */
  readonly metrics?: { readonly port: number; readonly path: string };
  /** Time from the stop signal to the end of the container. Requests that take longer are cut. */
  readonly gracePeriod: Duration;
  /**
   * Proxies in front (addresses or networks) whose X-Forwarded-For header is trusted.
   * @default none: the address of the connection is the client
   */
  readonly trustedProxies?: readonly string[];
  /** All sites; each host belongs to at most one. */
  readonly sites: readonly Site[];
}

/** The content under some host names. Requests for a host without a site get an empty 421. */
export interface Site {
  /**
   * Lower-case host names or IP addresses. Empty: any host. With internal certificates that is the machine itself
   * (`localhost` and its loopback addresses). ACME refuses it, because a certificate needs a name.
   */
  readonly hosts: readonly string[];
  /**
   * Headers added to each answer that does not have them; the application's own value wins. Null removes a header from
   * every answer. Strict-Transport-Security is left out if TLS is off and for `localhost`, where it would block the
   * plain HTTP of other development servers.
   */
  readonly securityHeaders: Headers;
  /**
   * If true, compresses answers with zstd or gzip, as the client prefers: text, JSON, fonts and similar types, never an
   * event stream. An ETag of a compressed answer that a client sends back still matches.
   */
  readonly compression: boolean;
  /** Message of a 503 answer with Retry-After to every request, health checks included. @default off */
  readonly maintenance?: { readonly message: string; readonly retryAfter: Duration };
  /** Routes in any order: the longest path wins. */
  readonly routes: readonly Route[];
}

/** Headers by name; null removes one. Values are literal text. */
export type Headers = Readonly<Record<string, string | null>>;

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
   * Upstreams, each as `name:port`, or the containers of a service. Several are used in turn, and one that failed three
   * times is skipped for a moment.
   */
  readonly upstreams?: readonly string[] | ServiceUpstreams;
  /**
   * Protocol of the upstreams.
   * @default 'http'
   */
  readonly upstreamProtocol?: 'http' | 'https' | 'h2c';
  /** Timeout for opening a connection to an upstream. */
  readonly connectTimeout?: Duration;
  /** Timeout for the start of the upstream's answer. The body may take any time. */
  readonly responseTimeout?: Duration;
  /** Time that a request waits for an upstream that refuses connections; such requests are always safe to repeat. */
  readonly tryDuration?: Duration;
  /** If true, compresses its answers. @default as its site */
  readonly compression?: boolean;
  /** Size limit of request bodies; larger ones get 413, with an answer that names this limit. @default no limit */
  readonly maxRequestBody?: Size;
  /** Users that may pass. @default all */
  readonly basicAuth?: readonly UserHash[];
  /** Client addresses or networks that may pass; others get 403. @default all */
  readonly allow?: readonly string[];
  /** Headers to set on the request to the upstream. */
  readonly requestHeaders?: Headers;
  /** Headers to set on the answer, over the site's and the upstream's. */
  readonly responseHeaders?: Headers;
  /** Fixed answer of the proxy itself. */
  readonly respond?: { readonly status: number; readonly body: string };
  /** Files of the proxy's container to serve. */
  readonly files?: StaticFiles;
}

/** Containers of one service. Each version of the service has new host names. */
export interface ServiceUpstreams {
  /** Lower-case letters, digits and hyphens; the same name always means the same hosts. */
  readonly name: string;
  /** Host names of the containers. They may be known only at deployment. */
  readonly hosts: readonly string[];
  readonly port: number;
}

/** A user, and the bcrypt hash of the password. */
export interface UserHash {
  /** Letters, digits and `_.@+-`. */
  readonly user: string;
  /** Path in the proxy's container of a file with the hash. A changed file takes effect at the next reload. */
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
