import { Annotations } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { assertOptions, ConfigurationError, Duration } from '../../values';
import type { AlertRule } from '../../values';
import { targetAlerts, watchdog } from '../../config';
import type { IAlertSource } from '../../model/capabilities/alert-source';
import { capableBelow } from '../../model/capabilities/capability';
import type { IExporterSource } from '../../model/capabilities/exporter-source';
import type { IScrapable, ScrapeTarget } from '../../model/capabilities/scrapable';
import type { IQueryable } from '../../model/capabilities/queryable';
import type { Secret } from '../../model/secrets/secret';
import { stackContext } from '../../model/stack/stack-context';
import { MONITORING_OPTIONS } from '../shared/option-shapes';
import { ALERTMANAGER_PORT, type AlertmanagerOptions, AlertmanagerService } from './alerting/alertmanager-service';
import type { AlloyService } from './logs/alloy-service';
import { LogsAndTraces } from './logs-and-traces';
import type { LogsAndTracesProps } from './logs-and-traces';
import type { LokiService } from './logs/loki-service';
import { allProbes, BlackboxExporterService } from './metrics/blackbox-exporter';
import type { BlackboxExporterOptions } from './metrics/blackbox-exporter';
import { CadvisorService, type CadvisorOptions } from './metrics/cadvisor';
import { chartModel } from './dashboards/subjects';
import { GrafanaService } from './dashboards/grafana-service';
import type { GrafanaOptions } from './dashboards/grafana-service';
import { NodeExporterService } from './metrics/node-exporter';
import type { NodeExporterOptions } from './metrics/node-exporter';
import type { Notification } from './alerting/notification';
import { PrometheusService } from './metrics/prometheus-service';
import type { PrometheusContent, PrometheusOptions } from './metrics/prometheus-service';
import { readRuleFiles } from './metrics/rule-files';
import { scrapeJob } from './metrics/scrape-jobs';
import type { TempoService } from './traces/tempo-service';
import { constructId } from '../../model/stack/construct-id';

/** Programs of the monitoring, and recipients of alerts. */
export interface MonitoringStackProps extends LogsAndTracesProps {
  /** Recipients of alerts. Changing them restarts nothing. @default - none, and no Alertmanager runs */
  readonly notifications?: readonly Notification[];
  /**
   * Address outside of this machine that is called each minute as long as alerts arrive. The service there must notify
   * you when the calls stop: nothing on this machine can report the loss of the machine.
   * @default - none
   */
  readonly heartbeat?: Secret;
  /**
   * Interval at which metrics are read and rules are evaluated, at most a minute because rules look at the last
   * minutes. Twice the interval stores half as much.
   * @default 15 seconds
   */
  readonly scrapeInterval?: Duration;
  /** Rules of your own, in addition to those of the constructs. @default - none */
  readonly rules?: readonly AlertRule[];
  /**
   * Paths of rule files of your own, in Prometheus' format. Prometheus' own program checks them before they are put in
   * place; a refused file fails the deployment. A running Prometheus then keeps its rules. In the first deployment
   * Prometheus does not start.
   * @default - none
   */
  readonly ruleFiles?: readonly string[];
  /**
   * Page with a heading for each alert, such as the address where you publish `docs/alerts.md`. The alerts of the
   * constructs link to it; a rule of your own has a `runbook`.
   * @default - `docs/alerts.md` as it is in this package, which is a name and no address
   */
  readonly runbooks?: string;
  /** Options of Prometheus. */
  readonly prometheus?: PrometheusOptions;
  /** Options of Alertmanager, which runs if there are `notifications`. */
  readonly alertmanager?: AlertmanagerOptions;
  /** Options of the node exporter, or false if other tools watch the machine. */
  readonly nodeExporter?: NodeExporterOptions | false;
  /** Options of cAdvisor, or false. Turning it on or off rolls out all services again. */
  readonly cadvisor?: CadvisorOptions | false;
  /** Options of the blackbox exporter, which requests the public routes if there are any, or false for none. */
  readonly blackboxExporter?: BlackboxExporterOptions | false;
  /** Options of Grafana, or false for no dashboards, for example if Grafana runs elsewhere. */
  readonly grafana?: GrafanaOptions | false;
}

const RUNBOOKS = 'docs/alerts.md';

/** Monitorings by the stack that they watch. */
const MONITORING = new WeakMap<IConstruct, MonitoringStack>();

/**
 * Monitoring derived from the program. It reads all metrics in its stack, and evaluates the alert rules of all
 * constructs. It adds exporters for programs without metrics, such as a database. It stores logs and traces. Constructs
 * that the program adds later are included.
 */
export class MonitoringStack extends Construct {
  /** The Prometheus server. */
  public readonly prometheus: PrometheusService;
  /** Undefined if there are no notifications. */
  public readonly alertmanager: AlertmanagerService | undefined;
  /** Undefined if it is turned off. */
  public readonly nodeExporter: NodeExporterService | undefined;
  /** Undefined if logs are off. */
  public readonly loki: LokiService | undefined;
  /** Undefined if traces are off. */
  public readonly tempo: TempoService | undefined;
  /** Undefined if both are off. */
  public readonly alloy: AlloyService | undefined;
  /** Undefined if it is turned off. */
  public readonly cadvisor: CadvisorService | undefined;
  /** Grafana, for a proxy's `addRoute`; undefined if it is turned off. */
  public readonly grafana: GrafanaService | undefined;
  private readonly collectors: LogsAndTraces;
  private probing: BlackboxExporterService | undefined;
  private readonly outsiders: IScrapable[] = [];

  public constructor(
    scope: Construct,
    id: string,
    private readonly props: MonitoringStackProps = {},
  ) {
    super(scope, constructId(scope, id));
    assertOptions(this, props, MONITORING_OPTIONS);
    this.assertOnly();
    const { nodeExporter = {}, cadvisor = {}, grafana = {} } = props;
    const ruleFiles = readRuleFiles(this, props.ruleFiles ?? []);
    const content = (): PrometheusContent => this.content();
    this.prometheus = new PrometheusService(this, 'Prometheus', { ...props.prometheus, ruleFiles, content });
    this.alertmanager = this.addAlertmanager();
    this.nodeExporter =
      nodeExporter === false ? undefined : new NodeExporterService(this, 'NodeExporter', nodeExporter);
    this.cadvisor = cadvisor === false ? undefined : new CadvisorService(this, 'Cadvisor', cadvisor);
    this.collectors = new LogsAndTraces(this, props);
    ({ loki: this.loki, tempo: this.tempo, alloy: this.alloy } = this.collectors);
    this.grafana = grafana === false ? undefined : new GrafanaService(this, 'Grafana', grafana);
    stackContext(this).beforeRender(() => this.complete());
  }

  /** The blackbox exporter; undefined if there are no routes to request. Known when the program is complete. */
  public get blackboxExporter(): BlackboxExporterService | undefined {
    return this.probing;
  }

  /** Reads the metrics of a target outside of the stack, such as a program on another host. */
  public watch(scrapable: IScrapable): void {
    this.outsiders.push(scrapable);
  }

  /** Refuses a second monitoring: both would add an exporter to the same database, and read each other. */
  private assertOnly(): void {
    const { root } = stackContext(this);
    const other = MONITORING.get(root);
    if (other !== undefined) {
      throw new ConfigurationError(
        this,
        `the stack is monitored by ${other.node.path} already; remove one of them, or use its \`watch\` and its \`rules\``,
      );
    }
    MONITORING.set(root, this);
  }

  private addAlertmanager(): AlertmanagerService | undefined {
    const { notifications = [], heartbeat, alertmanager } = this.props;
    if (notifications.length > 0 || heartbeat !== undefined) {
      return new AlertmanagerService(this, 'Alertmanager', { ...alertmanager, notifications, heartbeat });
    }
    if (alertmanager === undefined) {
      Annotations.of(this).addInfo('tells nobody of alerts; state `notifications` where somebody is to hear of them');
      return undefined;
    }
    throw new ConfigurationError(
      this,
      'has options for an `alertmanager` and nobody to tell; add `notifications`, or take the options out',
    );
  }

  private complete(): void {
    const { root } = stackContext(this);
    for (const exportable of capableBelow<IExporterSource>(root, 'toExporter')) exportable.toExporter(this);
    stackContext(this).beforeRender(() => this.reachAll());
  }

  private reachAll(): void {
    this.addProbes();
    this.collectors.connect();
    this.cadvisor?.observe();
    for (const { network } of this.targets().map(([target]) => target)) {
      if (network !== undefined) this.prometheus.workload.joinNetwork(network);
    }
    this.showAll();
  }

  private get scrapeInterval(): Duration {
    return this.props.scrapeInterval ?? Duration.seconds(15);
  }

  private showAll(): void {
    const sources = capableBelow<IQueryable>(this, 'toDataSource').map((store) => store.toDataSource());
    const targets = this.targets().map(([target]) => target);
    const charts = chartModel(this, { targets, sources, prometheus: this.prometheus.hostname });
    this.grafana?.show({ sources, scrapeInterval: this.scrapeInterval, charts });
  }

  private addProbes(): void {
    const { blackboxExporter = {} } = this.props;
    const probes = blackboxExporter === false ? [] : allProbes(stackContext(this).root);
    if (blackboxExporter === false || probes.length === 0) return;
    this.probing = new BlackboxExporterService(this, 'BlackboxExporter', blackboxExporter, probes);
  }

  /** Returns each target with its construct. */
  private targets(): readonly (readonly [ScrapeTarget, IScrapable])[] {
    const { root } = stackContext(this);
    return [...capableBelow<IScrapable>(root, 'toScrapeTargets'), ...this.outsiders].flatMap((owner) =>
      owner.toScrapeTargets().map((target) => [target, owner] as const),
    );
  }

  private content(): PrometheusContent {
    const { alertmanager } = this;
    return {
      scrapeInterval: this.scrapeInterval,
      jobs: this.targets().map(([target]) => scrapeJob(this, target)),
      probes: this.probing?.toProbeJob(),
      alertmanagers: alertmanager === undefined ? [] : [`${alertmanager.hostname}:${ALERTMANAGER_PORT}`],
      rules: [...this.derivedRules().map((rule) => this.withRunbook(rule)), ...(this.props.rules ?? [])],
    };
  }

  /** Adds the link to the runbook. Headings become anchors in lower case. */
  private withRunbook(rule: AlertRule): AlertRule {
    const { runbooks = RUNBOOKS } = this.props;
    return { ...rule, runbook: rule.runbook ?? `${runbooks}#${rule.name.toLowerCase()}` };
  }

  private targetRules({ job, workload }: ScrapeTarget, severity: 'critical' | 'warning'): readonly AlertRule[] {
    const { environment, services, stackName: stack } = stackContext(this);
    const service = services.find((one) => one.workload === workload);
    const contained = this.cadvisor !== undefined && workload !== undefined;
    const maxRestarts = contained ? false : service?.containerAlerts.maxRestarts;
    return targetAlerts({ stack, job, commands: environment.platform.commands }, severity, maxRestarts);
  }

  private derivedRules(): readonly AlertRule[] {
    const { root, stackName: stack } = stackContext(this);
    const own = new Set<unknown>(this.node.findAll());
    return [
      watchdog(stack),
      ...this.targets().flatMap(([target, owner]) => this.targetRules(target, own.has(owner) ? 'warning' : 'critical')),
      ...this.prometheus.ownAlerts(this.alertmanager !== undefined),
      ...capableBelow<IAlertSource>(root, 'toAlertRules').flatMap((alerting) => alerting.toAlertRules()),
    ];
  }
}
