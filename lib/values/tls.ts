import { assertLine } from './assert-text';
import { ConfigurationError } from './configuration-error';
import { isDomain } from './names';
import { quoted } from './quoted';

/** Plain HTTP. */
export interface TlsOff {
  readonly kind: 'off';
}

/** Certificates of the proxy's own authority; browsers warn until its root is trusted. */
export interface TlsInternal {
  readonly kind: 'internal';
}

/** Certificates obtained from Let's Encrypt; the host must be reachable from the internet under its domain. */
export interface TlsAcme {
  readonly kind: 'acme';
  readonly email: string;
  readonly staging: boolean;
}

/** A certificate that you provide. */
export interface TlsFiles {
  readonly kind: 'files';
  readonly certificate: string;
  readonly key: string;
}

/** How the reverse proxy of an environment encrypts. */
export type Tls = TlsOff | TlsInternal | TlsAcme | TlsFiles;

export interface TlsAcmeOptions {
  /** The authority writes there when a certificate is about to expire. */
  readonly email: string;
  /** Use the authority's staging service: no rate limits, but no browser trusts it. @default false */
  readonly staging?: boolean;
}

export interface TlsFilesOptions {
  /** Path of the PEM file with the certificate and its intermediates. */
  readonly certificate: string;
  /** Path of the PEM file with the private key. */
  readonly key: string;
}

export const Tls = {
  off(): TlsOff {
    return { kind: 'off' };
  },

  internal(): TlsInternal {
    return { kind: 'internal' };
  },

  acme({ email, staging = false }: TlsAcmeOptions): TlsAcme {
    if (!isEmail(email)) {
      throw new ConfigurationError(
        undefined,
        `ACME e-mail must be an address such as "ops@example.org", got ${quoted(email)}`,
      );
    }
    return { kind: 'acme', email, staging };
  },

  files({ certificate, key }: TlsFilesOptions): TlsFiles {
    assertLine(undefined, 'TLS certificate path', certificate);
    assertLine(undefined, 'TLS key path', key);
    return { kind: 'files', certificate, key };
  },
};

function isEmail(text: string): boolean {
  if (typeof text !== 'string' || text.length > 254) return false;
  const at = text.lastIndexOf('@');
  const host = text.slice(at + 1).toLowerCase();
  return /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}$/.test(text.slice(0, Math.max(at, 0))) && host.includes('.') && isDomain(host);
}
