/** Fields of Caddy's access log. The Caddyfile adds `route` and `service`; the others are Caddy's own, in seconds. */
export const LOG_FIELDS = { route: 'route', service: 'service', status: 'status', duration: 'duration' } as const;
