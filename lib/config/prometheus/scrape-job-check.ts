import { isIP } from 'node:net';
import { ConfigurationError, isDomain, port, quote } from '../../values';
import type { ScrapeJob } from './prometheus';

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/;
const PATH = /^\/[^\s?#]*$/;

/**
 * Refuses a job that cannot work.
 * @throws ConfigurationError for a job that Prometheus would refuse, or could not reach
 */
export function assertScrapeJob({ name, host, port: number, path }: ScrapeJob): void {
  if (!NAME.test(name)) {
    throw refusal(`the \`job\` of metrics is written in letters, digits, "_", ".", ":" and "-", got ${quote(name)}`);
  }
  if (isIP(host) === 0 && !(isDomain(host) && !host.startsWith('*'))) {
    throw refusal(
      `the \`host\` of the metrics of ${quote(name)} is a host name or an address such as "router.example.org", got ${quote(host)}`,
    );
  }
  if (!PATH.test(path)) {
    throw refusal(
      `the \`path\` of the metrics of ${quote(name)} begins with "/" and has no query, such as "/metrics", got ${quote(path)}`,
    );
  }
  port(number);
}

function refusal(message: string): ConfigurationError {
  return new ConfigurationError(undefined, message);
}
