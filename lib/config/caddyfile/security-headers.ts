const YEAR_IN_SECONDS = 31_536_000;

/**
 * Headers that a site of unknown content can bear: none of them keeps a page from loading its own scripts or styles.
 * A full Content-Security-Policy needs knowledge of the pages, so the application sends it; its own value wins.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  // For this host alone: what runs on its subdomains is not known here.
  'Strict-Transport-Security': `max-age=${YEAR_IN_SECONDS}`,
  'X-Content-Type-Options': 'nosniff',
  // Both say the same; the second is for browsers without CSP level 2.
  'Content-Security-Policy': "frame-ancestors 'self'",
  'X-Frame-Options': 'SAMEORIGIN',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  // What the server is and which version concerns nobody.
  '-Server': '',
};
