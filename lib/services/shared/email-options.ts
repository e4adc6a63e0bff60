import { isIP } from 'node:net';
import { ConfigurationError, isDomain, port, quote } from '../../values';
import type { EmailSettings } from '../../config';
import { secretPath } from '../../model/secrets/secret';
import type { Secret } from '../../model/secrets/secret';

/** Mail server, sender and recipients of messages. */
export interface EmailOptions {
  /** Address of the sender, for example `backup@example.org`. */
  readonly from: string;
  /** Addresses of the recipients. */
  readonly to: readonly string[];
  /** Name of the mail server, reachable from the container. */
  readonly server: string;
  /**
   * Port of the mail server.
   * @default - 587, with `tls: 'implicit'` 465, with `tls: 'none'` 25
   */
  readonly port?: number;
  /**
   * Encryption. With `starttls` and `implicit`, the connection is refused if the server does not encrypt, or if its
   * certificate is not valid for its name.
   * @default 'starttls'
   */
  readonly tls?: 'starttls' | 'implicit' | 'none';
  /**
   * User that logs in; needs a `password`, and encryption.
   * @default - no login
   */
  readonly user?: string;
  /**
   * Password of that user.
   * @default - no login
   */
  readonly password?: Secret;
}

const PORTS = { starttls: 587, implicit: 465, none: 25 };

/**
 * Returns the settings of a mail program.
 * @throws ConfigurationError for an invalid address, and for a password that would cross the network unencrypted
 */
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
  throw refusal(`an e-mail address is written like "ops@example.org", got ${quote(text)}`);
}

function assertServer(name: string): void {
  if (isIP(name) !== 0 || (isDomain(name) && !name.startsWith('*'))) return;
  throw refusal(`an e-mail server is a host name or an address such as "mail.example.org", got ${quote(name)}`);
}

function refusal(message: string): ConfigurationError {
  return new ConfigurationError(undefined, message);
}
