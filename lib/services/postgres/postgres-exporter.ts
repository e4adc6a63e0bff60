import type { Construct } from 'constructs';
import { ConfigurationError, HealthCheck, Image, quote, Size } from '../../values';
import type { AlertRule, DashboardSubject } from '../../values';
import { postgresAlerts, renderPostgresQueries } from '../../config';
import type { PostgresAlertOptions } from '../../config';
import type { IAlertSource } from '../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../model/capabilities/dashboard-source';
import { withConstruct } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import type { IScrapable, ScrapeTarget } from '../../model/capabilities/scrapable';
import { Service } from '../../model/workload/service';
import type { ServiceSpec } from '../../model/workload/service-spec';
import { stackContext } from '../../model/stack/stack-context';
import { DEFAULT_IMAGES } from '../default-images';
import { answerInside, insideName, insideTargetOf, listenAddress } from '../shared/inside-address';
import { runtimeSpec } from '../shared/runtime';
import type { PostgresService } from './postgres-service';

export interface PostgresExporterProps {
  readonly of: PostgresService;
  /** Thresholds of the server's alerts. */
  readonly alerts: PostgresAlertOptions | undefined;
}

const PORT = 9187;
const QUERIES = '/etc/postgres-exporter/queries.yaml';
/** Consumer name of the exporter at the server. The server's own name is in its labels. */
const CONSUMER = 'exporter';

/** Metrics of a PostgreSQL server. Its login can read statistics, but no rows of any table. */
export class PostgresExporter extends Service implements IScrapable, IAlertSource, IDashboardSource {
  private readonly server: string;
  private readonly rules: readonly AlertRule[];

  public constructor(scope: Construct, id: string, { of, alerts }: PostgresExporterProps) {
    super(scope, id, Tier.MONITORING, exporterSpec(`${of.hostname}-exporter`));
    answerInside(this);
    const { environment, stackName: stack } = stackContext(this);
    const subject = { stack, job: this.hostname, commands: environment.platform.commands };
    this.server = of.hostname;
    // Faults belong to the server's options, so errors name the server.
    this.rules = withConstruct(of, () => postgresAlerts(subject, of.hostname, alerts));
    this.workload.addFile({ path: QUERIES, content: renderPostgresQueries() });
    this.connect(of);
  }

  /** Connects the exporter. The program has its own names for a consumer's variables. */
  private connect(server: PostgresService): void {
    assertUntaken(server);
    const { stopGracePeriod } = this.workload.spec;
    const connection = server.toConnection({ consumer: CONSUMER, access: 'monitor', stopGracePeriod });
    const { host, port, properties = {}, secrets = {} } = connection;
    const { PASSWORD } = secrets;
    this.workload.variables.own(
      {
        DATA_SOURCE_URI: `${host}:${port}/${properties.NAME ?? ''}?sslmode=disable`,
        DATA_SOURCE_USER: properties.USER ?? '',
        DATA_SOURCE_PASS_FILE: PASSWORD === undefined ? undefined : this.workload.addSecret(PASSWORD),
        DATA_SOURCE_NAME: undefined,
        DATA_SOURCE_PASS: undefined,
      },
      `it connects to ${quote(server.hostname)} with a login of its own; leave it out`,
    );
    this.follow(connection);
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [insideTargetOf(this, PORT)];
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    return [{ kind: 'database', variables: { service: this.server, exporter: this.hostname } }];
  }

  public toAlertRules(): readonly AlertRule[] {
    return this.rules;
  }
}

function assertUntaken(server: PostgresService): void {
  if (!server.database.hasConsumer(CONSUMER)) return;
  throw new ConfigurationError(
    server,
    `a service ${quote(CONSUMER)} connects to it, and so is its monitoring called there; give the service another \`hostname\``,
  );
}

function exporterSpec(hostname: string): ServiceSpec {
  return runtimeSpec(
    {
      hostname,
      image: Image.of(DEFAULT_IMAGES.postgresExporter),
      entrypoint: ['/bin/postgres_exporter'],
      command: [
        '--collector.long_running_transactions',
        `--extend.query-path=${QUERIES}`,
        `--web.listen-address=${listenAddress(hostname, PORT)}`,
        '--log.format=json',
      ],
      user: '65534:65534',
      memory: Size.mebibytes(64),
      healthCheck: HealthCheck.http({ client: 'wget', host: insideName(hostname), port: PORT }),
      replacement: 'stop-first',
      listens: true,
    },
    {},
  );
}
