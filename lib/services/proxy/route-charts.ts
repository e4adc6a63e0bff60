import type { DashboardSubject, Tls } from '../../values';
import type { SystemSettings } from '../../model/stack/system-settings';
import { edgeUrl } from './proxy-ports';
import type { ProxyEngine } from './engines';
import type { AddedRoute } from './proxy-sites';

/** Returns the target and the public address of each route of a proxy. */
export function routeCharts(
  proxy: string,
  routes: readonly AddedRoute[],
  settings: SystemSettings,
  tls: Tls,
): readonly DashboardSubject[] {
  return routes.map(({ backend, options }) => {
    const url = edgeUrl({ ...settings, domain: options.host ?? settings.domain }, tls);
    const service = backend.workload?.spec.hostname ?? '';
    return { kind: 'route', variables: { proxy, service, url, path: options.path ?? '/*' } };
  });
}

/** Variable of Grafana: the window that fits the interval of a panel. */
const WINDOW = '$__rate_interval';

/** Returns the queries of the panels about the answers of a proxy as a whole. */
export function answerCharts(proxy: string, { metrics }: ProxyEngine): DashboardSubject {
  const { requests, errors, durations } = metrics.panels(proxy);
  const args = { requests: requests(WINDOW), errors: errors(WINDOW), durations: durations(WINDOW) };
  return { kind: 'answers', variables: { service: proxy, ...args } };
}
