import type { Tls } from '../../values';
import type { StackContext } from '../../model/stack/stack-context';
import type { SystemSettings } from '../../model/stack/system-settings';
import type { PublishedPort } from '../../model/workload/workload-spec';

/** Ports inside the container; the kernel lets any user of a container listen on them. */
export const HTTP_PORT = 80;
export const HTTPS_PORT = 443;

/** Returns the ports that the proxy publishes on the host. */
export function edgePorts(
  { environment, settings: { edge } }: Pick<StackContext, 'environment' | 'settings'>,
  tls: Tls,
  http3: boolean,
): readonly PublishedPort[] {
  const address = edge?.address ?? environment.platform.localAddress;
  const http: PublishedPort = { container: HTTP_PORT, host: edge?.http ?? 80, address, protocol: 'tcp' };
  if (tls.kind === 'off') return [http];
  const https: PublishedPort = { container: HTTPS_PORT, host: edge?.https ?? 443, address, protocol: 'tcp' };
  return [http, https, ...(http3 ? [{ ...https, protocol: 'udp' as const }] : [])];
}

/** Returns the address of the system for users. */
export function edgeUrl({ edge, domain }: SystemSettings, tls: Tls): string {
  const secure = tls.kind !== 'off';
  const host = domain ?? 'localhost';
  const port = secure ? (edge?.https ?? 443) : (edge?.http ?? 80);
  const usual = port === (secure ? 443 : 80);
  return `${secure ? 'https' : 'http'}://${host}${usual ? '' : `:${port}`}`;
}
