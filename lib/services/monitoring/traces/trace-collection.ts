import type { IConstruct } from 'constructs';
import { imageVersion } from '../../../values';
import { OTLP_HTTP_PORT } from '../../../config';
import { capableBelow } from '../../../model/capabilities/capability';
import type { Service } from '../../../model/workload/service';
import { stackContext } from '../../../model/stack/stack-context';
import type { ITraceSource, TraceSource } from '../../../model/capabilities/trace-source';

/** Makes all senders of traces send them to a collector, which joins their networks. */
export function collectTraces(where: IConstruct, collector: Service): void {
  const { root, system, environment } = stackContext(where);
  const place = { 'service.namespace': system, 'deployment.environment.name': environment.name };
  for (const source of capableBelow<ITraceSource>(root, 'toTraceSources').flatMap((one) => one.toTraceSources())) {
    collector.workload.joinNetwork(source.network, collector.hostname);
    tell(source, variables(source, `http://${collector.hostname}:${OTLP_HTTP_PORT}`, place));
  }
}

/** Sets variables that the program does not state itself. */
function tell({ workload }: TraceSource, wanted: Readonly<Record<string, string>>): void {
  const known = new Set(workload.variables.entries().map(([key]) => key));
  for (const [key, value] of Object.entries(wanted)) if (!known.has(key)) workload.variables.add(key, value);
}

function variables(
  { service, workload, sampleRatio }: TraceSource,
  endpoint: string,
  place: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const version = imageVersion(workload.spec.image);
  const attributes = { ...place, ...(version === undefined ? {} : { 'service.version': version }) };
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
      .join(','),
    // The collector takes only traces: Prometheus reads metrics, and logs are the program's output.
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(sampleRatio),
  };
}
