import type { Headers } from './model';

const YEAR_IN_SECONDS = 31_536_000;

/**
 * Headers that suit a site of unknown content: none of them stops a page from loading its own scripts or styles.
 * A full Content-Security-Policy depends on the pages, so the application sends it; its own value wins. Null removes a
 * header.
 */
export const SECURITY_HEADERS: Headers = {
  // Only for this host: the programs on its subdomains are unknown here.
  'Strict-Transport-Security': `max-age=${YEAR_IN_SECONDS}`,
  'X-Content-Type-Options': 'nosniff',
  // Both mean the same; the second is for browsers without CSP level 2.
  'Content-Security-Policy': "frame-ancestors 'self'",
  'X-Frame-Options': 'SAMEORIGIN',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // Clients do not need the server's name and version.
  Server: null,
};
