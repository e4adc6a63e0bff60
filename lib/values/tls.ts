import { assertLine } from './assert-text';
import { ConfigurationError } from './configuration-error';
import { isDomain } from './names';
import { assertOptions, factory, FLAG, required, TEXT } from './option-shapes';
import type { OptionShapes } from './option-shapes';
import { quote } from './quote';

/** Plain HTTP without encryption. */
export interface TlsOff {
  /** Distinguishes this kind from the others. */
  readonly kind: 'off';
}

/** Certificates from the proxy's own authority; browsers warn until they trust its root. */
export interface TlsInternal {
  /** Distinguishes this kind from the others. */
  readonly kind: 'internal';
}

/** Certificates obtained from Let's Encrypt; the host must be reachable from the internet under its domain. */
export interface TlsAcme {
  /** Distinguishes this kind from the others. */
  readonly kind: 'acme';
  /** Address to which the authority writes when a certificate is about to expire. */
  readonly email: string;
  /** If true, the authority's staging service issues the certificates. */
  readonly staging: boolean;
}

/** A certificate that you provide. */
export interface TlsFiles {
  /** Distinguishes this kind from the others. */
  readonly kind: 'files';
  /** Path of the PEM file with the certificate and its intermediates. */
  readonly certificate: string;
  /** Path of the PEM file with the private key. */
  readonly key: string;
}

/** Encryption of the reverse proxy of an environment: `Tls.off`, `Tls.internal`, `Tls.acme` or `Tls.files`. */
export type Tls = TlsOff | TlsInternal | TlsAcme | TlsFiles;

/** Options of `Tls.acme`. */
export interface TlsAcmeOptions {
  /** Address to which the authority writes when a certificate is about to expire. */
  readonly email: string;
  /** If true, uses the authority's staging service: it has no rate limits, but no browser trusts it. @default false */
  readonly staging?: boolean;
}

/** Options of `Tls.files`. */
export interface TlsFilesOptions {
  /** Path of the PEM file with the certificate and its intermediates. */
  readonly certificate: string;
  /** Path of the PEM file with the private key. */
  readonly key: string;
}

const ACME: OptionShapes<TlsAcmeOptions> = { email: required(TEXT), staging: FLAG };
const FILES: OptionShapes<TlsFilesOptions> = { certificate: required(TEXT), key: required(TEXT) };

export const Tls = {
  /** Returns plain HTTP without encryption. */
  off(): TlsOff {
    return { kind: 'off' };
  },

  /** Returns certificates from the proxy's own authority, for machines without a public name. */
  internal(): TlsInternal {
    return { kind: 'internal' };
  },

  /** Returns certificates from Let's Encrypt, which the proxy obtains and renews. */
  acme(options: TlsAcmeOptions): TlsAcme {
    assertOptions(factory('Tls.acme'), options, ACME);
    const { email, staging = false } = options;
    if (!isEmail(email)) {
      throw new ConfigurationError(
        undefined,
        `ACME e-mail must be an address such as "ops@example.org", got ${quote(email)}`,
      );
    }
    return { kind: 'acme', email, staging };
  },

  /** Returns a certificate that you provide as two files. */
  files(options: TlsFilesOptions): TlsFiles {
    assertOptions(factory('Tls.files'), options, FILES);
    const { certificate, key } = options;
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
