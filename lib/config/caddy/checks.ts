import { ConfigurationError, quote } from '../../values';
import { checkProxyModel } from '../proxy';
import type { CaddyfileModel } from './model';

/** Checks the model as a whole, also for what Caddy alone cannot do. */
export function checkModel(model: CaddyfileModel): void {
  checkAdminAddress(model.adminAddress);
  if (model.tls.kind === 'acme') refuseWildcards(model);
  checkProxyModel(model, [Number(model.adminAddress.split(':').at(-1))]);
}

function checkAdminAddress(address: string): void {
  if (/^(localhost|127\.0\.0\.1|\[::1\]):\d{1,5}$/.test(address)) return;
  throw new ConfigurationError(
    undefined,
    `Caddy's admin address must be on this machine alone, such as "localhost:2019", got ${quote(address)}`,
  );
}

function refuseWildcards({ sites }: CaddyfileModel): void {
  const wildcard = sites.flatMap(({ hosts }) => hosts).find((host) => host.startsWith('*'));
  if (wildcard === undefined) return;
  throw new ConfigurationError(
    undefined,
    `ACME gives ${quote(wildcard)} a certificate only by a DNS challenge, which Caddy's core cannot do; name the hosts, or use certificate files`,
  );
}
