/** Where the reverse proxy listens on the host. */
export interface EdgeListeners {
  /**
   * Address of the host on which the proxy is published: `'*'` for all, IPv4 and IPv6, where the world may come in; an IP
   * address for one. `'0.0.0.0'` is IPv4 only, `'::'` is IPv6 only. Changing it replaces the proxy's container.
   * @default '127.0.0.1'
   */
  readonly address?: string;
  /**
   * Host port for plain HTTP (with TLS: the redirect to HTTPS).
   * @default 80
   */
  readonly http?: number;
  /**
   * Host port for HTTPS and, over UDP, HTTP/3. Not published when TLS is off.
   * @default 443
   */
  readonly https?: number;
}

/** Facts about one system in one environment: what two systems on one host cannot share. */
export interface SystemSettings {
  /**
   * Public domain that the proxy's sites default to.
   * @default - the proxy answers for every host name
   */
  readonly domain?: string;
  /**
   * Where the proxy listens.
   * @default - 127.0.0.1, ports 80 and 443
   */
  readonly edge?: EdgeListeners;
  /**
   * Host ports on 127.0.0.1 for services that are otherwise not published, by host name: `{ postgres: 5432 }`.
   * An exposed service also joins a network of its own that is not internal; Docker publishes nothing otherwise.
   * @default - nothing is exposed
   */
  readonly expose?: Readonly<Record<string, number>>;
  /**
   * Number of containers by host name of the service, for services that do not state it themselves.
   * @default - one each
   */
  readonly replicas?: Readonly<Record<string, number>>;
}

/** The settings among other properties. */
export function settingsOf({ domain, edge, expose, replicas }: SystemSettings): SystemSettings {
  return { domain, edge, expose, replicas };
}
