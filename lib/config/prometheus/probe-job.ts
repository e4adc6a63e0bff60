import type { ProbeModule } from '../blackbox/blackbox';

/** An address that an exporter requests. */
export interface ProbedAddress {
  /** The label `instance`. */
  readonly url: string;
  /** Address that the exporter requests. */
  readonly target: string;
  readonly host: string;
  readonly module: ProbeModule;
  readonly labels: Readonly<Record<string, string>>;
}

/** All addresses that one exporter requests. */
export interface ProbeJob {
  /** The label `job`. */
  readonly name: string;
  /** `host:port` of the exporter. */
  readonly exporter: string;
  readonly addresses: readonly ProbedAddress[];
}

/** Returns the scrape job. Prometheus calls the exporter, which requests the address in a parameter. */
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
