import { ConfigurationError, Duration, quote } from '../../values';
import type { Route } from '../proxy';
import { headerLines } from './header-lines';
import { liveAddresses, liveUpstreamLines, liveUpstreamsOf } from './live-upstreams';
import type { CaddyfileModel } from './model';
import { block, type Lines, word } from './text';

/**
 * Time that an unused connection to an upstream is kept. Common servers close theirs after 5 seconds. A shorter time
 * sends no request on a connection that is about to close.
 */
const KEEP_ALIVE = Duration.seconds(4);

/** Time for which an upstream that failed three times is skipped. */
const LEFT_OUT = Duration.seconds(5);
/**
 * Shorter time for live upstreams: their places may all be one host, which must be tried again before a request times
 * out.
 */
const LIVE_LEFT_OUT = Duration.seconds(1);

/** Returns the `reverse_proxy` directive of a route with upstreams, and the lines it needs before it. */
export function reverseProxy(model: CaddyfileModel, route: Route): string[] {
  const upstreams = addressesOf(route);
  const proxy = block(`reverse_proxy ${upstreams.join(' ')}`, [
    ...balancing(route),
    ...(model.streamCloseDelay.isZero() ? [] : [`stream_close_delay ${model.streamCloseDelay.toGoString()}`]),
    ...headerLines('header_up', '', 'request header', route.requestHeaders ?? {}),
    ...block('transport http', transport(route)),
  ]);
  return [...liveUpstreamLines(model, route), ...proxy];
}

function addressesOf({ upstreams = [] }: Route): readonly string[] {
  return 'hosts' in upstreams ? liveAddresses(upstreams) : upstreams.map(upstream);
}

/** Returns an upstream's address. Tokens pass verbatim: Terraform replaces them with a name. */
function upstream(text: string): string {
  if (/^(?:[\w.-]+|\[[0-9A-Fa-f:.]+\]|[\w.-]*(?:\$\{[^\s{}]+\}[\w.-]*)+):(?:\d{1,5}|\$\{[^\s{}]+\})$/.test(text)) {
    return word('upstream', text);
  }
  if (/^\$\{[^\s{}]+\}$/.test(text)) return word('upstream', text);
  throw new ConfigurationError(undefined, `an upstream must be "name:port", got ${quote(text)}`);
}

function balancing(route: Route): Lines {
  const several = addressesOf(route).length > 1;
  const leftOut = liveUpstreamsOf(route) === undefined ? LEFT_OUT : LIVE_LEFT_OUT;
  return [
    ...(several ? ['lb_policy round_robin'] : []),
    ...(route.tryDuration && !route.tryDuration.isZero()
      ? [`lb_try_duration ${route.tryDuration.toGoString()}`, 'lb_try_interval 100ms']
      : []),
    // A single upstream has no alternative, so skipping it would only turn delays into errors.
    ...(several ? [`fail_duration ${leftOut.toGoString()}`, 'max_fails 3'] : []),
  ];
}

function transport(route: Route): Lines {
  return [
    ...(route.connectTimeout ? [`dial_timeout ${route.connectTimeout.toGoString()}`] : []),
    ...(route.responseTimeout ? [`response_header_timeout ${route.responseTimeout.toGoString()}`] : []),
    `keepalive ${KEEP_ALIVE.toGoString()}`,
    ...(route.upstreamProtocol === 'https' ? ['tls'] : []),
    ...(route.upstreamProtocol === 'h2c' ? ['versions h2c'] : []),
  ];
}
