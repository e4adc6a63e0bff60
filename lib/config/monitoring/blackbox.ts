import type { Tls } from '../../values';

/** How the exporter asks: without TLS, with a certificate that it knows to be good, or with any. */
export type ProbeModule = 'http' | 'https' | 'https_any_certificate';

/**
 * What an answer may be. A route behind a login answers 401 to a stranger, an API perhaps 404 at its root, and many send
 * strangers elsewhere: whoever says so is there.
 */
const [FIRST, END] = [200, 500];

/** The text of `blackbox.yml`. */
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
    // Where to would be another address, perhaps another's.
    'follow_redirects: false',
    'valid_status_codes: CODES',
    'preferred_ip_protocol: ip4',
    ...lines,
  ];
  return [`  ${name}:`, '    prober: http', '    http:', ...http.map((line) => `      ${line}`), ''].join('\n');
}

/** An authority of one's own is known to nobody; that its certificates run out is seen all the same. */
export function probeModule(tls: Tls): ProbeModule {
  if (tls.kind === 'off') return 'http';
  return tls.kind === 'internal' || (tls.kind === 'acme' && tls.staging) ? 'https_any_certificate' : 'https';
}
