import type { Tls } from '../../values';

/** Kinds of requests: without TLS, with a checked certificate, or with any certificate. */
export type ProbeModule = 'http' | 'https' | 'https_any_certificate';

/**
 * Status codes that count as up. A route behind a login answers 401, an API perhaps 404 at its root, and many redirect.
 */
const [FIRST, END] = [200, 500];

/** Returns the text of `blackbox.yml`. */
export function renderBlackbox(): string {
  const codes = Array.from({ length: END - FIRST }, (_, index) => FIRST + index);
  const modules = [
    module('http', ['fail_if_ssl: true']),
    module('https', ['fail_if_not_ssl: true']),
    module('https_any_certificate', ['fail_if_not_ssl: true', 'tls_config:', '  insecure_skip_verify: true']),
  ];
  return `modules:\n${modules.join('')}`.replaceAll('CODES', `[${codes.join(', ')}]`);
}

function module(name: ProbeModule, lines: readonly string[]): string {
  const http = [
    'method: GET',
    // A redirect leads to another address, perhaps on another server.
    'follow_redirects: false',
    'valid_status_codes: CODES',
    'preferred_ip_protocol: ip4',
    ...lines,
  ];
  return [`  ${name}:`, '    prober: http', '    http:', ...http.map((line) => `      ${line}`), ''].join('\n');
}

/**
 * Returns the module for a kind of TLS. The exporter does not know the proxy's own authority, but it still reports when
 * certificates expire.
 */
export function probeModule(tls: Tls): ProbeModule {
  if (tls.kind === 'off') return 'http';
  return tls.kind === 'internal' || (tls.kind === 'acme' && tls.staging) ? 'https_any_certificate' : 'https';
}
