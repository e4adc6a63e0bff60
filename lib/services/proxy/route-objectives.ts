import type { IConstruct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { AlertRule } from '../../values';
import { routeAlerts } from '../../config';
import { withConstruct } from '../../model/stack/with-construct';
import { routeName } from './proxy-sites';
import type { AddedRoute } from './proxy-sites';

/** The proxy and stack of the routes. */
export interface RoutePlace {
  /** Stack and label `job` of the proxy. */
  readonly subject: { readonly stack: string; readonly job: string };
  readonly domain: string | undefined;
}

/** Returns rules for each route that states an objective. */
export function routeRules(routes: readonly AddedRoute[], place: RoutePlace): readonly AlertRule[] {
  return routes.flatMap((route) => rulesOf(route, place));
}

/** Returns the names of the routes that state one. */
export function routesWithObjective(routes: readonly AddedRoute[], domain: string | undefined): readonly string[] {
  return routes.filter(({ options }) => options.objective !== undefined).map((route) => routeName(route, domain));
}

/** Refuses an objective without an access log, from which it is computed, and one with invalid numbers. */
export function assertObjective(where: IConstruct, route: AddedRoute, accessLog: boolean, place: RoutePlace): void {
  if (route.options.objective !== undefined && !accessLog) {
    throw new ConfigurationError(
      where,
      `route ${quote(routeName(route, place.domain))} has an objective, which is counted from the access log; take \`accessLog: false\` out`,
    );
  }
  withConstruct(where, () => rulesOf(route, place));
}

function rulesOf(route: AddedRoute, { subject, domain }: RoutePlace): readonly AlertRule[] {
  const { objective } = route.options;
  return objective === undefined ? [] : routeAlerts(subject, routeName(route, domain), objective);
}
