import { PUBLIC_SERVER } from '../caddyfile';
import { ROUTE_DURATION, ROUTE_REQUESTS } from './alloy-routes';
import { stepLabel } from './objective';
import type { LatencyObjective } from './objective';
import type { AlertSubject } from './subject';

/** Returns the query of answers per second over a window such as '5m'. */
export type AnswerRate = (window: string) => string;

/** Queries that count answers. */
export interface AnswerCounts {
  /** Owner of the answers, for readers. */
  readonly whose: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly all: AnswerRate;
  readonly errors: AnswerRate;
  /** Returns slow answers, and the answers among which they count. */
  readonly slow: (latency: LatencyObjective) => { readonly bad: AnswerRate; readonly all: AnswerRate };
}

/** Returns the counts of all answers of a proxy, from its own metrics. A request for an unknown host gets 421. */
export function proxyAnswers({ job }: AlertSubject): AnswerCounts {
  const of = `job="${job}",server="${PUBLIC_SERVER}"`;
  const begun = `${of},code!~"5..|421"`;
  const begins = (kind: string, more: string): AnswerRate =>
    rate(`caddy_http_response_duration_seconds_${kind}`, `${begun}${more}`);
  return {
    whose: job,
    labels: {},
    all: rate('caddy_http_request_duration_seconds_count', `${of},code!="421"`),
    errors: rate('caddy_http_request_duration_seconds_count', `${of},code=~"5.."`),
    slow: (latency) => {
      const all = begins('count', '');
      return { all, bad: difference(all, begins('bucket', `,le=~"${stepLabel(latency)}"`)) };
    },
  };
}

/** Returns the counts of the answers of one route of a proxy, from its access log. */
export function routeAnswers({ job }: AlertSubject, route: string): AnswerCounts {
  const of = `proxy="${job}",route=${JSON.stringify(route)}`;
  const all = rate(`${ROUTE_DURATION}_count`, of);
  return {
    whose: `${job} for ${route}`,
    labels: { route },
    all: rate(ROUTE_REQUESTS, of),
    errors: rate(ROUTE_REQUESTS, `${of},code=~"5.."`),
    slow: (latency) => ({
      all,
      bad: difference(all, rate(`${ROUTE_DURATION}_bucket`, `${of},le=~"${stepLabel(latency)}"`)),
    }),
  };
}

function rate(metric: string, labels: string): AnswerRate {
  return (window) => `sum(rate(${metric}{${labels}}[${window}]))`;
}

function difference(more: AnswerRate, less: AnswerRate): AnswerRate {
  return (window) => `(${more(window)} - ${less(window)})`;
}
