import { scrapeTargetOf } from '../../model/capabilities/scrapable';
import type { ScrapeTarget } from '../../model/capabilities/scrapable';
import type { Service } from '../../model/workload/service';
import type { PublishedPort } from '../../model/workload/workload-spec';

/**
 * Returns the name of a service that resolves only in the network of its own tier. Its dot keeps it distinct from all
 * host names.
 */
export function insideName(hostname: string): string {
  return `${hostname}.inside`;
}

/**
 * Returns the address that a monitoring program listens on: only its own network, although it joins the networks of the
 * programs it reads. A port in `expose` of the stack must be open to the engine, so such a program listens everywhere.
 *
 * The service must be stop-first, because two containers of one name would share the address, and must call
 * `answerInside`.
 */
export function listenAddress(hostname: string, port: number, exposed: readonly PublishedPort[] = []): string {
  return exposed.length > 0 ? `:${port}` : `${insideName(hostname)}:${port}`;
}

/** Registers the service in its own network under its inside name. */
export function answerInside({ workload, network, hostname }: Service): void {
  workload.joinNetwork(network, insideName(hostname));
}

/**
 * Returns the scrape target of a service that listens inside. The engine resolves a host name in each network that the
 * container joins, so Prometheus could find an address on which the service does not listen.
 */
export function insideTargetOf(service: Service, port: number): ScrapeTarget {
  return { ...scrapeTargetOf(service, port), host: insideName(service.hostname) };
}
