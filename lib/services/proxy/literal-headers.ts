import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { RouteOptions } from './route-options';

/** Placeholders in the proxies' syntax: `{client_ip}`, `{http.request.host}`. */
const PLACEHOLDER = /\{[a-z][a-z0-9]*(?:[._-][A-Za-z0-9_-]+)*\}/;

/** Refuses values that look like a placeholder: values of headers are literal, so the target would get the braces. */
export function assertLiteralHeaders(
  where: IConstruct,
  { requestHeaders, responseHeaders }: Pick<RouteOptions, 'requestHeaders' | 'responseHeaders'>,
): void {
  for (const [option, headers] of Object.entries({ requestHeaders, responseHeaders })) {
    for (const [name, value] of Object.entries(headers ?? {})) {
      const [placeholder] = PLACEHOLDER.exec(value ?? '') ?? [];
      if (placeholder === undefined) continue;
      throw new ConfigurationError(
        where,
        `\`${option}\` must not have placeholders, got ${quote(placeholder)} in ${name}: it would be sent as it stands; ` +
          'the client address is in X-Forwarded-For, the host in X-Forwarded-Host, and https or http in X-Forwarded-Proto',
      );
    }
  }
}
