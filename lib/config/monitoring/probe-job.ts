import type { ProbeModule } from './blackbox';

/** An address that is asked by way of an exporter. */
export interface ProbedAddress {
  /** The label `instance`. */
  readonly url: string;
  /** Where the exporter asks. */
  readonly target: string;
  readonly host: string;
  readonly module: ProbeModule;
  readonly labels: Readonly<Record<string, string>>;
}

/** All that is asked by one exporter. */
export interface ProbeJob {
  /** The label `job`. */
  readonly name: string;
  /** `host:port` of who asks. */
  readonly exporter: string;
  readonly addresses: readonly ProbedAddress[];
}

/** Prometheus asks the exporter, which asks the address that is a parameter. */
export function probeConfig({ name, exporter, addresses }: ProbeJob): object {
  return {
    job_name: name,
    metrics_path: '/probe',
    static_configs: addresses.map(({ url, target, host, module, labels }) => ({
      targets: [target],
      labels: { __param_module: module, __param_hostname: host, instance: url, ...labels },
    })),
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { target_label: '__address__', replacement: exporter },
    ],
  };
}
