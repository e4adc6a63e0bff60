import type { Construct } from 'constructs';
import { ConfigurationError, quote } from '../../values';
import type { LogTransport } from '../../values';
import type { AlloyModel } from '../../config';
import type { AccessLog, IAccessLogSource } from '../../model/capabilities/access-log-source';
import { capableBelow } from '../../model/capabilities/capability';
import { stackContext } from '../../model/stack/stack-context';
import { AlloyService } from './logs/alloy-service';
import type { AlloyOptions } from './logs/alloy-service';
import { shipLogs } from './logs/log-shipping';
import { LokiService } from './logs/loki-service';
import type { LokiOptions } from './logs/loki-service';
import { TempoService } from './traces/tempo-service';
import type { TempoOptions } from './traces/tempo-service';
import { collectTraces } from './traces/trace-collection';

/** Options of logs and traces. */
export interface LogsAndTracesProps {
  /**
   * Transport by which the platform sends container logs to Loki, or false for no logs. Changing it replaces all
   * containers of the stack, in the ordinary order.
   * @default - the first one of the platform
   */
  readonly logDriver?: LogTransport | false;
  /** Options of Loki, which stores the logs. */
  readonly loki?: LokiOptions;
  /** Options of Alloy, which receives logs and traces. It runs if either is on. */
  readonly alloy?: AlloyOptions;
  /** Options of Tempo, which stores traces, or false for no traces. Services then get no address to send them to. */
  readonly tempo?: TempoOptions | false;
}

/** The programs that receive, store and search logs and traces. */
export class LogsAndTraces {
  /** Undefined if logs are off. */
  public readonly loki: LokiService | undefined;
  /** Undefined if traces are off. */
  public readonly tempo: TempoService | undefined;
  /** Undefined if both are off. */
  public readonly alloy: AlloyService | undefined;
  private readonly path: LogTransport | undefined;

  public constructor(
    private readonly scope: Construct,
    props: LogsAndTracesProps,
  ) {
    const { logDriver = stackContext(scope).environment.platform.logs.defaultTransport, tempo = {} } = props;
    assertUsed(scope, props);
    this.path = logDriver === false ? undefined : logDriver;
    this.loki = logDriver === false ? undefined : new LokiService(scope, 'Loki', props.loki);
    this.tempo = tempo === false ? undefined : new TempoService(scope, 'Tempo', tempo);
    const idle = this.loki === undefined && this.tempo === undefined;
    const model = (): AlloyModel => this.model();
    this.alloy = idle ? undefined : new AlloyService(scope, 'Alloy', { ...props.alloy, model });
  }

  /** Connects all writers of logs and senders of traces. Called when the program is complete, so that all are known. */
  public connect(): void {
    const { alloy, loki, path, scope } = this;
    if (loki === undefined) assertNoObjective(scope);
    if (alloy === undefined) return;
    if (loki !== undefined && path !== undefined) shipLogs(scope, path, [alloy, loki]);
    if (this.tempo !== undefined) collectTraces(scope, alloy);
  }

  private model(): AlloyModel {
    const { loki, path, scope, tempo } = this;
    const { stackName: stack, system, environment } = stackContext(scope);
    const tagPattern = environment.platform.logs.tagPattern(stack);
    const place = { system, environment: environment.name, tagPattern, proxies: accessLogs(scope) };
    return {
      logs: loki === undefined || path === undefined ? undefined : { ...place, path, loki: loki.url },
      traces: tempo === undefined ? undefined : { tempo: tempo.intake },
    };
  }
}

function accessLogs(scope: Construct): readonly AccessLog[] {
  const { root } = stackContext(scope);
  return capableBelow<IAccessLogSource>(root, 'toAccessLogs').flatMap((one) => one.toAccessLogs());
}

function assertNoObjective(scope: Construct): void {
  for (const { writer, objectives } of accessLogs(scope)) {
    if (objectives.length === 0) continue;
    throw new ConfigurationError(
      scope,
      `route ${objectives.map(quote).join(', ')} of ${quote(writer)} has an objective, which is counted from logs, and there are no \`logs\`; ` +
        'take `logDriver: false` out, or state the `objective` of the proxy as a whole',
    );
  }
}

function assertUsed(scope: Construct, { logDriver, loki, alloy, tempo }: LogsAndTracesProps): void {
  if (logDriver === false && loki !== undefined) {
    throw new ConfigurationError(scope, 'has options for a `loki` and no `logDriver` for it; take one of them out');
  }
  if (logDriver === false && tempo === false && alloy !== undefined) {
    throw new ConfigurationError(
      scope,
      'has options for an `alloy`, and neither `logDriver` nor `tempo` for it; take the options out',
    );
  }
}
