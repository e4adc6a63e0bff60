import { ConfigurationError, Duration, quoted } from '../../values';
import { headerLines } from './header-lines';
import { liveAddresses, liveUpstreamLines, liveUpstreamsOf } from './live-upstreams';
import type { CaddyfileModel, Route } from './model';
import { block, type Lines, plain, word } from './text';

const KEEP_ALIVE = Duration.seconds(4);

/** How long an upstream that failed three times is left out. */
const LEFT_OUT = Duration.seconds(5);
/** The places of live upstreams may all be one host. It must be asked again before a request has waited long enough. */
const LIVE_LEFT_OUT = Duration.seconds(1);

/** The `reverse_proxy` directive of a route with upstreams, and what it needs before it. */
export function reverseProxy(model: CaddyfileModel, route: Route): string[] {
  const upstreams = addressesOf(route);
  const proxy = block(`reverse_proxy ${upstreams.join(' ')}`, [
    ...balancing(route),
    ...healthCheck(route),
    ...(model.streamCloseDelay.isZero() ? [] : [`stream_close_delay ${model.streamCloseDelay.toGoString()}`]),
    ...headerLines('header_up', '', 'request header', route.requestHeaders ?? {}),
    ...block('transport http', transport(route)),
  ]);
  return [...liveUpstreamLines(model, route), ...proxy];
}

function addressesOf({ upstreams = [] }: Route): readonly string[] {
  return 'hosts' in upstreams ? liveAddresses(upstreams) : upstreams.map(upstream);
}

/** Tokens pass verbatim: what Terraform will put there is a name again. */
function upstream(text: string): string {
  if (/^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]|[\w.-]*(?:\$\{[^\s{}]+\}[\w.-]*)+):(?:\d{1,5}|\$\{[^\s{}]+\})$/.test(text)) {
    return word('upstream', text);
  }
  if (/^\$\{[^\s{}]+\}$/.test(text)) return word('upstream', text);
  throw new ConfigurationError(undefined, `an upstream must be "name:port", got ${quoted(text)}`);
}

function balancing(route: Route): Lines {
  const several = addressesOf(route).length > 1;
  const leftOut = liveUpstreamsOf(route) === undefined ? LEFT_OUT : LIVE_LEFT_OUT;
  return [
    ...(several ? ['lb_policy round_robin'] : []),
    ...(route.tryDuration && !route.tryDuration.isZero()
      ? [`lb_try_duration ${route.tryDuration.toGoString()}`, 'lb_try_interval 100ms']
      : []),
    // With one upstream there is nothing else to try, so leaving it out would only turn delays into errors.
    ...(several ? [`fail_duration ${leftOut.toGoString()}`, 'max_fails 3'] : []),
  ];
}

function healthCheck(route: Route): Lines {
  const { healthUri } = route;
  if (healthUri === undefined) return [];
  if (liveUpstreamsOf(route) !== undefined) {
    throw new ConfigurationError(
      undefined,
      `Caddy asks no health URI of upstreams that move, got ${quoted(healthUri)}; leave it out`,
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
