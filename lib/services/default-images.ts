/** Images that the constructs use when a program states none; one place for people and update tools to look at. */
export const DEFAULT_IMAGES = {
  caddy: 'caddy:2.11.4',
  debian: 'debian:13.2-slim',
  postgres: 'postgres:18.6',
} as const;
