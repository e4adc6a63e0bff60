import { isIPv6 } from 'node:net';
import { ConfigurationError, Duration, quote } from '../../values';
import type { Relabelling } from '../../values';
import { probeConfig } from './probe-job';
import type { ProbeJob } from './probe-job';
import { promDuration } from './prom-duration';
import { assertScrapeJob } from './scrape-job-check';
import { yamlText } from './yaml-text';

/** One service whose metrics are read. */
export interface ScrapeJob {
  /** The label `job`. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  /** True if the host name resolves to several containers, each of which is read. */
  readonly each: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Changes to the labels of the metrics. @default - all stays as it is */
  readonly relabel?: readonly Relabelling[];
  /** If false, the timestamps of the metrics are ignored. @default true */
  readonly honorTimestamps?: boolean;
}

/** Configuration of a Prometheus. */
export interface PrometheusModel {
  readonly scrapeInterval: Duration;
  readonly jobs: readonly ScrapeJob[];
  /**
   * Addresses to probe.
   * @default - nothing is asked for
   */
  readonly probes?: ProbeJob;
  /** Labels added to all that leaves it: alerts, and forwarded samples. */
  readonly externalLabels: Readonly<Record<string, string>>;
  /** `host:port` of each Alertmanager. */
  readonly alertmanagers: readonly string[];
  /** Rule files in the directory of the configuration. */
  readonly ruleFiles: readonly string[];
}

/** Interval of name lookups: addresses change with each rollout. */
const REFRESH = '10s';
const LONGEST_INTERVAL = Duration.minutes(1);

/**
 * Returns the text of `prometheus.yml`.
 * @throws ConfigurationError when two jobs have one name, or one cannot be read at its address
 */
export function renderPrometheus(model: PrometheusModel): string {
  model.jobs.forEach(assertScrapeJob);
  assertNames([...model.jobs, ...(model.probes === undefined ? [] : [model.probes])]);
  const interval = scrapeInterval(model);
  return yamlText({
    global: { scrape_interval: interval, evaluation_interval: interval, external_labels: model.externalLabels },
    rule_files: model.ruleFiles,
    ...(model.alertmanagers.length === 0 ? {} : { alerting: alerting(model.alertmanagers) }),
    scrape_configs: [
      ...model.jobs.map(scrapeConfig),
      ...(model.probes === undefined ? [] : [probeConfig(model.probes)]),
    ],
  });
}

/** Returns the scrape interval. Rules look at the last minutes, and Prometheus ignores samples older than five. */
function scrapeInterval({ scrapeInterval: stated }: PrometheusModel): string {
  const interval = promDuration('scrapeInterval', stated);
  if (stated.toMillis() <= LONGEST_INTERVAL.toMillis()) return interval;
  throw new ConfigurationError(
    undefined,
    `\`scrapeInterval\` must be a minute at most, got ${quote(String(stated))}; rules look at the last minutes`,
  );
}

function alerting(targets: readonly string[]): object {
  return { alertmanagers: [{ static_configs: [{ targets }] }] };
}

function scrapeConfig(job: ScrapeJob): object {
  const { name, host, port, path, each, labels, relabel = [] } = job;
  const found = each
    ? {
        dns_sd_configs: [{ names: [host], type: 'A', port, refresh_interval: REFRESH }],
        relabel_configs: toLabels(labels),
      }
    : { static_configs: [{ targets: [`${isIPv6(host) ? `[${host}]` : host}:${port}`], labels }] };
  return {
    job_name: name,
    ...(path === '/metrics' ? {} : { metrics_path: path }),
    ...(job.honorTimestamps === false ? { honor_timestamps: false } : {}),
    ...found,
    ...(relabel.length === 0 ? {} : { metric_relabel_configs: relabel.map(relabelConfig) }),
  };
}

function relabelConfig(step: Relabelling): object {
  const matching = { source_labels: step.source, regex: step.pattern };
  if (step.action !== 'replace') return { ...matching, action: step.action };
  return { ...matching, target_label: step.label, replacement: step.text };
}

/** Returns steps that set labels one by one, for targets that are found by name. */
function toLabels(labels: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(labels).map(([label, replacement]) => ({
    target_label: label,
    replacement: literal(replacement),
  }));
}

/** Escapes dollars, which would begin a reference to a group. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}

function assertNames(jobs: readonly Pick<ScrapeJob, 'name'>[]): void {
  const names = jobs.map(({ name }) => name);
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate === undefined) return;
  throw new ConfigurationError(
    undefined,
    `two services have metrics under the name ${quote(duplicate)}; give one of them another \`job\` in \`toScrapeTargets\``,
  );
}
