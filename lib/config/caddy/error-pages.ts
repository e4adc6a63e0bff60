import type { Size } from '../../values';
import type { Route, Site } from '../proxy';
import { errorHeaders } from './header-lines';
import { block, type Lines } from './text';

/** Variable with the size limit of a route's request bodies, for the page of a 413. */
const LIMIT = 'max_request_body';

const UNITS: readonly (readonly [number, string])[] = [
  [1024 ** 3, 'GiB'],
  [1024 ** 2, 'MiB'],
  [1024, 'KiB'],
];

/** Returns lines that refuse larger request bodies, and store the limit for the error page. */
export function bodyLimit({ maxRequestBody }: Route): Lines {
  if (maxRequestBody === undefined) return [];
  return [
    `vars ${LIMIT} "${inWords(maxRequestBody)}"`,
    ...block('request_body', [`max_size ${maxRequestBody.toBytes()}`]),
  ];
}

function inWords(size: Size): string {
  const bytes = size.toBytes();
  const [unit, name] = UNITS.find(([least]) => bytes >= least && bytes % least === 0) ?? [1, 'bytes'];
  return `${bytes / unit} ${name}`;
}

/** Returns the error pages. Without them an error raised inside would have no headers but Caddy's own. */
export function errorPages(site: Site): Lines {
  const headers = errorHeaders(site);
  const limited = site.routes.some(({ maxRequestBody }) => maxRequestBody !== undefined);
  return [
    ...(limited ? block('handle_errors 413', [...headers, ...bodyTooLarge()]) : []),
    ...block('handle_errors', [...headers, 'respond "{err.status_code} {err.status_text}"']),
  ];
}

/** Returns the page of a 413. An upstream may refuse a body too, but its answer is not an error of the proxy. */
function bodyTooLarge(): Lines {
  const page = `{err.status_code} {err.status_text}: this address takes request bodies of at most {vars.${LIMIT}} (maxRequestBody)`;
  return [`log_append maxRequestBody {vars.${LIMIT}}`, `respond "${page}"`];
}
