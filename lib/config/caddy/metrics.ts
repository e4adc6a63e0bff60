import { Duration } from '../../values';
import { answerRate, bucketPattern } from '../proxy';
import type { AnswerCounts, AnswerPanels } from '../proxy';
import { PUBLIC_SERVER } from './global-options';

/** Limits, in milliseconds, of the buckets of Caddy's histograms. */
const BUCKETS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

/** From the request to the end of its answer. */
const REQUESTS = 'caddy_http_request_duration_seconds';
/** From the request to the begin of its answer. */
const RESPONSES = 'caddy_http_response_duration_seconds';

/** Returns the counts of a proxy's answers, from Caddy's own metrics. A request for an unknown host gets 421. */
export function caddyAnswers(job: string): AnswerCounts {
  const of = publicLabels(job);
  const begun = `${of},code!~"5..|421"`;
  return {
    all: answerRate(`${REQUESTS}_count`, `${of},code!="421"`),
    errors: answerRate(`${REQUESTS}_count`, `${of},code=~"5.."`),
    timed: answerRate(`${RESPONSES}_count`, begun),
    within: (bucket) => answerRate(`${RESPONSES}_bucket`, `${begun},le=~"${bucketPattern(bucket)}"`),
    buckets: BUCKETS.map((millis) => Duration.millis(millis)),
  };
}

/** Returns the queries of the panels about a proxy's answers. */
export function caddyPanels(job: string): AnswerPanels {
  const of = `${publicLabels(job)},code!="421"`;
  return {
    requests: answerRate(`${REQUESTS}_count`, of),
    errors: answerRate(`${REQUESTS}_count`, `${of},code=~"5.."`),
    durations: (window) => `sum by (le) (rate(${REQUESTS}_bucket{${of}}[${window}]))`,
  };
}

/** Labels of the requests to the sites, and not of those that read the metrics. */
function publicLabels(job: string): string {
  return `job="${job}",server="${PUBLIC_SERVER}"`;
}
