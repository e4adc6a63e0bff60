import type { ChartSubject, Tls } from '../../values';
import type { SystemSettings } from '../../model/system-settings';
import { edgeUrl } from './proxy-ports';
import type { AddedRoute } from './proxy-sites';

/** Returns the target and the public address of each route of a proxy. */
export function routeCharts(
  proxy: string,
  routes: readonly AddedRoute[],
  settings: SystemSettings,
  tls: Tls,
): readonly ChartSubject[] {
  return routes.map(({ backend, options }) => {
    const url = edgeUrl({ ...settings, domain: options.host ?? settings.domain }, tls);
    const service = backend.workload?.spec.hostname ?? '';
    return { kind: 'route', words: { proxy, service, url, path: options.path ?? '/*' } };
  });
}
