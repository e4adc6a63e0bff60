import type { CaddyfileModel, Route, Site } from './model';
import { block, type Lines } from './text';

const SNIPPET = 'compressed';

/**
 * Types of content that become smaller. Caddy's own list has `text/*`, and with it event streams, whose events must not
 * wait for the compression to have enough of them.
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

/** Compresses what a route answers, by a snippet that all routes share. */
export function compression(site: Site, route: Route): Lines {
  return compresses(site, route) ? [`import ${SNIPPET}`] : [];
}

/** The snippet, where a route needs it. */
export function compressionLines(model: CaddyfileModel): string[][] {
  const needed = model.sites.some((site) => site.routes.some((route) => compresses(site, route)));
  return needed ? [block(`(${SNIPPET})`, content())] : [];
}

function content(): Lines {
  return [
    // Caddy takes the end that it puts on the ETag of a compressed answer off `If-None-Match` only.
    String.raw`request_header If-Match "-(gzip|zstd)\"" "\""`,
    // Caddy before 2.11.7 keeps the headers of an answer back until it knows whether to compress. So a request for an event
    // stream does not come through here at all.
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
