import { ConfigurationError, Duration, quoted } from '../../values';
import { headerLines } from './header-lines';
import { liveAddress, liveUpstreamLines } from './live-upstreams';
import type { CaddyfileModel, LiveUpstream, Route } from './model';
import { block, type Lines, plain, word } from './text';

const KEEP_ALIVE = Duration.seconds(4);

/** The `reverse_proxy` directive of a route with upstreams, and what it needs before it. */
export function reverseProxy(model: CaddyfileModel, route: Route): string[] {
  const upstreams = (route.upstreams ?? []).map(upstream);
  const proxy = block(`reverse_proxy ${upstreams.join(' ')}`, [
    ...balancing(route),
    ...healthCheck(route),
    ...(model.streamCloseDelay.isZero() ? [] : [`stream_close_delay ${model.streamCloseDelay.toGoString()}`]),
    ...headerLines('header_up', '', 'request header', route.requestHeaders ?? {}),
    ...block('transport http', transport(route)),
  ]);
  return [...liveUpstreamLines(model, route), ...proxy];
}

/** Tokens pass verbatim: what Terraform will put there is a name again. */
function upstream(text: string | LiveUpstream): string {
  if (typeof text !== 'string') return liveAddress(text);
  if (/^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]|[\w.-]*(?:\$\{[^\s{}]+\}[\w.-]*)+):(?:\d{1,5}|\$\{[^\s{}]+\})$/.test(text)) {
    return word('upstream', text);
  }
  if (/^\$\{[^\s{}]+\}$/.test(text)) return word('upstream', text);
  throw new ConfigurationError(undefined, `an upstream must be "name:port", got ${quoted(text)}`);
}

function balancing(route: Route): Lines {
  const several = (route.upstreams ?? []).length > 1;
  return [
    ...(several ? ['lb_policy round_robin'] : []),
    ...(route.tryDuration && !route.tryDuration.isZero()
      ? [`lb_try_duration ${route.tryDuration.toGoString()}`, 'lb_try_interval 100ms']
      : []),
    // With one upstream there is nothing else to try, so leaving it out would only turn delays into errors.
    ...(several ? ['fail_duration 5s', 'max_fails 3'] : []),
  ];
}

function healthCheck({ healthUri, upstreams = [] }: Route): Lines {
  if (healthUri === undefined) return [];
  if (upstreams.some((one) => typeof one !== 'string')) {
    throw new ConfigurationError(
      undefined,
      `Caddy asks no health URI of an upstream that moves, got ${quoted(healthUri)}; leave it out`,
    );
  }
  if (!/^\/\S*$/.test(healthUri)) {
    throw new ConfigurationError(undefined, `a health URI must be a path such as "/health", got ${quoted(healthUri)}`);
  }
  return [`health_uri ${plain('health URI', healthUri)}`, 'health_interval 5s', 'health_timeout 3s'];
}

function transport(route: Route): Lines {
  return [
    ...(route.connectTimeout ? [`dial_timeout ${route.connectTimeout.toGoString()}`] : []),
    ...(route.responseTimeout ? [`response_header_timeout ${route.responseTimeout.toGoString()}`] : []),
    ...(route.writeTimeout ? [`write_timeout ${route.writeTimeout.toGoString()}`] : []),
    keepAlive(route.keepAlive ?? KEEP_ALIVE),
    ...(route.upstreamProtocol === 'https' ? ['tls'] : []),
    ...(route.upstreamProtocol === 'h2c' ? ['versions h2c'] : []),
  ];
}

/** Zero would be no limit at all to Caddy. */
function keepAlive(time: Duration): string {
  return `keepalive ${time.isZero() ? 'off' : time.toGoString()}`;
}
