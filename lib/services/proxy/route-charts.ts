import type { ChartSubject, Tls } from '../../values';
import type { Environment } from '../../model/environment';
import { edgeUrl } from './proxy-ports';
import type { AddedRoute } from './proxy-sites';

/** What is the same for all of its routes. */
export interface ChartedProxy {
  readonly environment: Environment;
  readonly tls: Tls;
  readonly accessLog: boolean;
}

/** Where each route of a proxy leads, and where people find it. */
export function routeCharts(
  proxy: string,
  routes: readonly AddedRoute[],
  { environment, tls, accessLog }: ChartedProxy,
): readonly ChartSubject[] {
  return routes.map(({ backend, options }) => {
    const url = edgeUrl({ ...environment, domain: options.host ?? environment.domain }, tls);
    const service = backend.workload?.spec.hostname ?? '';
    const words = { proxy, service, url, path: options.path ?? '/*' };
    return { kind: 'route', words, parts: accessLog ? ['logged'] : [] };
  });
}
