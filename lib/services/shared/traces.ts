import { share } from '../../values';
import type { Service } from '../../model/workload/service';
import type { TraceSource } from '../../model/capabilities/trace-source';

/** Options of traces. */
export interface TraceOptions {
  /**
   * Share of requests to trace, from 0 to 1. A request from another traced service is traced if that service traces it.
   * @default 1
   */
  readonly sampleRatio?: number;
}

/** Traces of a service. */
export interface TracedProps {
  /**
   * If true, the program sends traces with an SDK of OpenTelemetry. With a MonitoringStack that stores traces, it gets
   * the `OTEL_…` variables with the receiver's address; otherwise it gets none. A change replaces the containers.
   * @default false
   */
  readonly traces?: TraceOptions | boolean;
}

/**
 * Returns the trace source of a service.
 * @throws ConfigurationError when `sampleRatio` is not a number from 0 to 1
 */
export function traceSources(service: Service, traces: TracedProps['traces'] = false): readonly TraceSource[] {
  if (traces === false) return [];
  const part = traces === true ? 1 : (traces.sampleRatio ?? 1);
  const { hostname, network, workload } = service;
  return [{ service: hostname, network, workload, sampleRatio: share('traces.sampleRatio', part, service) }];
}
