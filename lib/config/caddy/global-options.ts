import { assertCidr } from '../../values';
import { drainOption, graceOption } from './drain';
import type { CaddyfileModel } from './model';
import { block, type Lines, plain } from './text';

/** Name of the listener of the sites in metrics, in the label `server`. */
export const PUBLIC_SERVER = 'public';
const LETS_ENCRYPT_STAGING = 'https://acme-staging-v02.api.letsencrypt.org/directory';

/** Returns the block at the top of the file that applies to all sites. */
export function globalOptions(model: CaddyfileModel): string[] {
  return block('', [
    `admin ${model.adminAddress}`,
    // The file is the only source of the configuration, and the root file system may be read-only.
    'persist_config off',
    // Redirects are written below, because Caddy's own do not know the published port. With given certificate files it
    // must not ask an authority for hosts that they do not cover.
    `auto_https ${model.tls.kind === 'files' ? 'off' : 'disable_redirects'}`,
    `http_port ${model.httpPort}`,
    `https_port ${model.httpsPort}`,
    ...certificateOptions(model),
    graceOption(model),
    ...drainOption(model),
    ...(model.metrics ? ['metrics'] : []),
    ...servers(model),
  ]);
}

function certificateOptions({ tls }: CaddyfileModel): Lines {
  switch (tls.kind) {
    case 'off':
      return [];
    case 'internal':
      // A client that sends no host name (it used an IP address) gets this certificate. The container has no trust
      // store.
      return ['skip_install_trust', 'default_sni localhost'];
    case 'acme':
      return [`email ${plain('ACME e-mail', tls.email)}`, ...(tls.staging ? [`acme_ca ${LETS_ENCRYPT_STAGING}`] : [])];
    case 'files':
      return [];
  }
}

/** Returns the blocks of listeners. Caddy uses only the most specific block, so each one repeats all settings. */
function servers(model: CaddyfileModel): string[] {
  const options = serverOptions(model);
  const port = model.tls.kind === 'off' ? model.httpPort : model.httpsPort;
  const named = model.metrics ? block(`servers :${port}`, [`name ${PUBLIC_SERVER}`, ...options]) : [];
  return [...named, ...block('servers', options)];
}

function serverOptions(model: CaddyfileModel): Lines {
  const proxies = (model.trustedProxies ?? []).map((address) => assertCidr(undefined, address));
  return [
    `protocols h1 h2${model.http3 && model.tls.kind !== 'off' ? ' h3' : ''}`,
    // A client that sends its headers slowly could otherwise hold a connection forever.
    ...block('timeouts', ['read_header 10s']),
    // Strict: of X-Forwarded-For only the part that trusted proxies wrote is used.
    ...(proxies.length > 0 ? [`trusted_proxies static ${proxies.join(' ')}`, 'trusted_proxies_strict'] : []),
  ];
}
