import type { ProxyModel, Site } from './model';

/** Names of the machine itself, under which internal certificates serve a site for any host. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '::1'];

/**
 * Returns the hosts of a site; empty for any host. A certificate needs a name, so with internal certificates "any host"
 * means the machine itself.
 */
export function servedHosts({ tls }: Pick<ProxyModel, 'tls'>, site: Site): readonly string[] {
  return site.hosts.length === 0 && tls.kind === 'internal' ? THIS_MACHINE : site.hosts;
}
