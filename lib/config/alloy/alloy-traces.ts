import { alloyBlock, to } from './alloy-text';

/** Destination of an Alloy's traces. */
export interface AlloyTraces {
  /** Tempo's address for OTLP over gRPC: 'tempo:4317'. */
  readonly tempo: string;
}

/** Port on which Alloy receives traces: OTLP over HTTP. */
export const OTLP_HTTP_PORT = 4318;

export function traceComponents({ tempo }: AlloyTraces): readonly string[] {
  return [
    alloyBlock(
      'otelcol.receiver.otlp "services"',
      {},
      alloyBlock('http', { endpoint: `0.0.0.0:${OTLP_HTTP_PORT}` }),
      alloyBlock('output', { traces: to('otelcol.processor.batch.traces.input') }),
    ),
    alloyBlock(
      'otelcol.processor.batch "traces"',
      { timeout: '1s' },
      alloyBlock('output', { traces: to('otelcol.exporter.otlp.tempo.input') }),
    ),
    alloyBlock(
      'otelcol.exporter.otlp "tempo"',
      {},
      alloyBlock('client', { endpoint: tempo }, alloyBlock('tls', { insecure: true })),
    ),
  ];
}
