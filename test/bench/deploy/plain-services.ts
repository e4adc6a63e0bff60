import { writeFileSync } from 'node:fs';

/** The plain services: small programs that only wait. */
export const PLAIN_COUNT = 40;
export const PLAIN_IMAGE = 'caddy:2.11.4';
export const PLAIN_COMMAND = ['sleep', 'infinity'];

/** The same for docker compose. JSON is YAML, too. */
export function writePlainCompose(file: string, image: string, checked: boolean): void {
  const services = Array.from({ length: PLAIN_COUNT }, (_, index) => [
    `worker-${index}`,
    service(image, index, checked),
  ]);
  writeFileSync(file, JSON.stringify({ name: 'plain-compose', services: Object.fromEntries(services) }));
}

function service(image: string, index: number, checked: boolean): object {
  return {
    image,
    command: PLAIN_COMMAND,
    environment: { INDEX: String(index) },
    init: true,
    read_only: true,
    tmpfs: ['/tmp:rw,noexec,nosuid,nodev,mode=1777'],
    security_opt: ['no-new-privileges:true'],
    cap_drop: ['ALL'],
    mem_limit: '512m',
    cpus: 1,
    restart: 'always',
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
    ...(checked
      ? { healthcheck: { test: ['CMD', 'true'], interval: '10s', timeout: '5s', retries: 3, start_period: '30s' } }
      : {}),
  };
}
