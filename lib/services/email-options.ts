import { isIP } from 'node:net';
import { ConfigurationError, isDomain, port, quoted } from '../values';
import type { EmailSettings } from '../config';
import { secretPath } from '../model/secret';
import type { Secret } from '../model/secret';

export interface EmailOptions {
  /** Address of the sender, for example `backup@example.org`. */
  readonly from: string;
  /** Addresses of those who are told. */
  readonly to: readonly string[];
  /** Name of the mail server, reachable from the container. */
  readonly server: string;
  /** @default - 587, with `tls: 'implicit'` 465, with `tls: 'none'` 25 */
  readonly port?: number;
  /**
   * With `starttls` and `implicit` nothing is sent to a server that does not encrypt, or whose certificate is not good
   * for its name.
   * @default 'starttls'
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /**
   * Who logs in; needs a `password`, and encryption.
   * @default - nobody logs in
   */
  readonly user?: string;
  /** @default - nobody logs in */
  readonly password?: Secret;
}

const PORTS = { starttls: 587, implicit: 465, none: 25 };

/** @throws ConfigurationError for what is no address, and for a password that would cross the network unencrypted */
export function emailSettings(options: EmailOptions): EmailSettings {
  const { from, to, server, tls = 'starttls', user, password } = options;
  assertServer(server);
  for (const address of [from, ...to]) assertAddress(address);
  if (to.length === 0) throw refusal('an e-mail has no `to`; name those who are told');
  assertLogin(options);
  return {
    from,
    to,
    server,
    port: port(options.port ?? PORTS[tls]),
    tls,
    user,
    password: password === undefined ? undefined : secretPath(password),
  };
}

function assertLogin({ tls, user, password }: EmailOptions): void {
  if ((user === undefined) !== (password === undefined)) {
    throw refusal('an e-mail server gets a `user` and a `password`, or neither; state both or none');
  }
  if (password === undefined || tls !== 'none') return;
  throw refusal("an e-mail's `password` would cross the network unencrypted with `tls: 'none'`; leave one of them out");
}

function assertAddress(text: string): void {
  if (/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*$/.test(text)) return;
  throw refusal(`an e-mail address is written like "ops@example.org", got ${quoted(text)}`);
}

function assertServer(name: string): void {
  if (isIP(name) !== 0 || (isDomain(name) && !name.startsWith('*'))) return;
  throw refusal(`an e-mail server is a host name or an address such as "mail.example.org", got ${quoted(name)}`);
}

function refusal(message: string): ConfigurationError {
  return new ConfigurationError(undefined, message);
}
