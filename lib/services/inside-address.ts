import { scrapeTargetOf } from '../model/scrapable';
import type { ScrapeTarget } from '../model/scrapable';
import type { Service } from '../model/service';
import type { PublishedPort } from '../model/workload-spec';

/** Name by which only the network of its own tier knows a service. A dot keeps it apart from all host names. */
export function insideName(hostname: string): string {
  return `${hostname}.inside`;
}

/**
 * Address that a program of the monitoring listens on: its own network alone, although it joins the networks of what it
 * reads. A port that `expose` of the stack names must be open to the engine, so such a program listens everywhere.
 *
 * The service must be stop-first, because two containers of one name would share the address, and must call `answerInside`.
 */
export function listenAddress(hostname: string, port: number, exposed: readonly PublishedPort[] = []): string {
  return exposed.length > 0 ? `:${port}` : `${insideName(hostname)}:${port}`;
}

/** Makes the service known in its own network under its inside name. */
export function answerInside({ workload, network, hostname }: Service): void {
  workload.joinNetwork(network, insideName(hostname));
}

/**
 * Metrics of a service that listens inside. An engine knows a container by its host name in each network that it joins, so
 * Prometheus could find an address at which the service does not listen.
 */
export function insideTargetOf(service: Service, port: number): ScrapeTarget {
  return { ...scrapeTargetOf(service, port), host: insideName(service.hostname) };
}
