import type { ProxyModel, Route, Site } from '../proxy';
import { block, type Lines } from './text';

const SNIPPET = 'compressed';

/**
 * Types of content that compress well. Caddy's own list has `text/*`, which includes event streams, whose events must
 * not wait until the compressor has enough input.
 */
const COMPRESSED_TYPES = [
  'text/html*',
  'text/css*',
  'text/plain*',
  'text/csv*',
  'text/markdown*',
  'text/calendar*',
  'text/vtt*',
  'text/xml*',
  '*/javascript*',
  '*/x-javascript*',
  'application/json*',
  'application/xml*',
  '*+json*',
  '*+xml*',
  'application/wasm*',
  'font/otf*',
  'font/ttf*',
];

/** Returns lines that compress a route's answers, by a snippet that all routes share. */
export function compression(site: Site, route: Route): Lines {
  return compresses(site, route) ? [`import ${SNIPPET}`] : [];
}

/** Returns the snippet, if a route needs it. */
export function compressionLines(model: ProxyModel): string[][] {
  const needed = model.sites.some((site) => site.routes.some((route) => compresses(site, route)));
  return needed ? [block(`(${SNIPPET})`, content())] : [];
}

function content(): Lines {
  return [
    // Caddy removes the suffix that it adds to the ETag of a compressed answer only from `If-None-Match`.
    String.raw`request_header If-Match "-(gzip|zstd)\"" "\""`,
    // Caddy before 2.11.7 holds back the headers of an answer until it knows whether to compress. A request for an
    // event
    // stream therefore bypasses this snippet.
    '@compressible not header Accept *text/event-stream*',
    ...block('encode @compressible', [
      'zstd',
      'gzip',
      ...block(
        'match',
        COMPRESSED_TYPES.map((type) => `header Content-Type ${type}`),
      ),
    ]),
  ];
}

function compresses({ compression: bySite }: Site, { compression: byRoute }: Route): boolean {
  return byRoute ?? bySite;
}
