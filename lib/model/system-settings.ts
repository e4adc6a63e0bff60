/** Addresses and ports of the reverse proxy on the host. */
export interface EdgeListeners {
  /**
   * Address of the host on which the proxy is published: `'*'` for all, IPv4 and IPv6, which opens it to other
   * machines; an
   * IP address for one. `'0.0.0.0'` is IPv4 only, `'::'` is IPv6 only. Changing it replaces the proxy's container.
   * @default '127.0.0.1'
   */
  readonly address?: string;
  /**
   * Host port for plain HTTP (with TLS: the redirect to HTTPS). Changing it replaces the proxy's container.
   * @default 80
   */
  readonly http?: number;
  /**
   * Host port for HTTPS and, over UDP, HTTP/3. It is not published if TLS is off. Changing it replaces the proxy's
   * container.
   * @default 443
   */
  readonly https?: number;
}

/** Facts about one system in one environment. Two systems on one host cannot share them. */
export interface SystemSettings {
  /**
   * Public domain of the proxy's sites that state none.
   * @default - the proxy answers for every host name
   */
  readonly domain?: string;
  /**
   * Address and ports of the proxy on the host.
   * @default - 127.0.0.1, ports 80 and 443
   */
  readonly edge?: EdgeListeners;
  /**
   * Host ports on 127.0.0.1 for services that are otherwise not published, by host name: `{ postgres: 5432 }`. An
   * exposed service also joins a network of its own that is not internal, because Docker publishes nothing otherwise.
   * @default - nothing is exposed
   */
  readonly expose?: Readonly<Record<string, number>>;
  /**
   * Number of containers by host name of the service, for services that do not state it themselves.
   * @default - one each
   */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** Returns the settings among other properties. */
export function settingsOf({ domain, edge, expose, replicas }: SystemSettings): SystemSettings {
  return { domain, edge, expose, replicas };
}
