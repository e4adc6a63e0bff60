/** Addresses and ports of the reverse proxy on the host. */
export interface EdgeListeners {
  /**
   * Address of the host on which the proxy is published: `'*'` for all, IPv4 and IPv6, which opens it to other
   * machines; an IP address for one. `'0.0.0.0'` is IPv4 only, `'::'` is IPv6 only. Changing it replaces the proxy's container.
   * @default - the platform's address for programs of the host alone
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
   * @default - only programs of the host reach it, on ports 80 and 443
   */
  readonly edge?: EdgeListeners;
  /**
   * Host ports for services that are otherwise not published, by host name: `{ postgres: 5432 }`. Only programs of the
   * host reach them. An exposed service of an internal tier also joins a network that is not internal, if the platform
   * publishes no port otherwise.
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
