import type { ChartSubject, Tls } from '../../values';
import type { Environment } from '../../model/environment';
import { edgeUrl } from './proxy-ports';
import type { AddedRoute } from './proxy-sites';

/** Where each route of a proxy leads, and where people find it. */
export function routeCharts(
  proxy: string,
  routes: readonly AddedRoute[],
  environment: Environment,
  tls: Tls,
): readonly ChartSubject[] {
  return routes.map(({ backend, options }) => {
    const url = edgeUrl({ ...environment, domain: options.host ?? environment.domain }, tls);
    const service = backend.workload?.spec.hostname ?? '';
    return { kind: 'route', words: { proxy, service, url, path: options.path ?? '/*' } };
  });
}
