import { Duration } from '../../values';
import { answerRate, bucketPattern } from './index';
import type { AnswerCounts } from './index';
import { ROUTE_BUCKETS, ROUTE_DURATION, ROUTE_REQUESTS } from '../alloy/alloy-routes';

/** Returns the counts of the answers of one route of a proxy, from its access log. */
export function routeAnswers(proxy: string, route: string): AnswerCounts {
  const of = `proxy="${proxy}",route=${JSON.stringify(route)}`;
  return {
    all: answerRate(ROUTE_REQUESTS, of),
    errors: answerRate(ROUTE_REQUESTS, `${of},code=~"5.."`),
    timed: answerRate(`${ROUTE_DURATION}_count`, of),
    within: (bucket) => answerRate(`${ROUTE_DURATION}_bucket`, `${of},le=~"${bucketPattern(bucket)}"`),
    buckets: ROUTE_BUCKETS.map((seconds) => Duration.seconds(seconds)),
  };
}
