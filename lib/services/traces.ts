import { share } from '../values';
import type { Service } from '../model/service';
import type { TraceSource } from '../model/traced';

export interface TraceOptions {
  /**
   * The part of the requests that is told of, from 0 to 1. A request that comes from another traced service is told of
   * when that one's is.
   * @default 1
   */
  readonly share?: number;
}

export interface TracedProps {
  /**
   * True for a program that sends traces with an SDK of OpenTelemetry. Where a MonitoringStack takes them it gets the
   * variables `OTEL_…` that say where; elsewhere it gets none of them. A change replaces the containers.
   * @default false
   */
  readonly traces?: TraceOptions | boolean;
}

/** @throws ConfigurationError when `share` is no part of a whole */
export function traceSources(service: Service, traces: TracedProps['traces'] = false): readonly TraceSource[] {
  if (traces === false) return [];
  const part = traces === true ? 1 : (traces.share ?? 1);
  const { hostname, network, workload } = service;
  return [{ service: hostname, network, workload, share: share('traces.share', part, service) }];
}
