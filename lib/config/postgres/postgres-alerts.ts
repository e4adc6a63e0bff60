import { Duration, share } from '../../values';
import type { AlertRule, ContainerAlertOptions, Size } from '../../values';
import { about } from '../prometheus/subject';
import type { AlertSubject, OperatedSubject } from '../prometheus/subject';

/** Thresholds of the alerts about a PostgreSQL server and its container. Changing them restarts nothing. */
export interface PostgresAlertOptions extends ContainerAlertOptions {
  /**
   * Share of the connections that may be in use, from 0 to 1.
   * @default 0.8
   */
  readonly maxConnections?: number;
  /**
   * Time that a transaction may last.
   * @default 15 minutes
   */
  readonly maxTransactionDuration?: Duration;
  /**
   * Size of the write-ahead log that the server may keep for a slot.
   * @default - 1 GiB
   */
  readonly maxRetainedWal?: Size;
  /**
   * Share of the rows of a table that may be dead, from 0 to 1; small tables do not count.
   * @default 0.3
   */
  readonly maxDeadRows?: number;
}

const GIBIBYTE = 1024 ** 3;
/** Number of dead rows below which their share does not matter. */
const FEW_ROWS = 10_000;

/** Returns rules about a server, from the metrics of its exporter; `server` is the server's name. */
export function postgresAlerts(
  subject: OperatedSubject,
  server: string,
  options: PostgresAlertOptions = {},
): readonly AlertRule[] {
  return [
    down(subject, server),
    ...loadAlerts(subject, server, options),
    ...storeAlerts(subject, server, options),
    collationChanged(subject, server),
  ];
}

function down(subject: OperatedSubject, server: string): AlertRule {
  return about(subject, {
    name: 'PostgresDown',
    severity: 'critical',
    // The exporter has no metrics of a server that hangs.
    expr: `(max(pg_up{job="${subject.job}"}) or vector(0)) == 0`,
    for: Duration.minutes(1),
    summary: `The database server ${server} does not answer, or nobody can tell whether it does`,
    description: `See with \`${subject.commands.containers(server)}\` whether ${server} runs and is healthy, then read its log. A full disk stops it, too.`,
  });
}

function collationChanged(subject: AlertSubject, server: string): AlertRule {
  return about(subject, {
    name: 'PostgresCollationChanged',
    severity: 'warning',
    expr: `max by (datname) (pg_database_collation_mismatch{job="${subject.job}"}) > 0`,
    for: Duration.minutes(5),
    summary: `Indexes of database {{ $labels.datname }} of ${server} were sorted by another system than it runs on`,
    description:
      'The image has another version of the library that sorts text. Rebuild the indexes with REINDEX, then ALTER DATABASE … REFRESH COLLATION VERSION.',
  });
}

function loadAlerts(
  subject: AlertSubject,
  server: string,
  { maxConnections = 0.8, maxTransactionDuration = Duration.minutes(15) }: PostgresAlertOptions,
): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  return [
    about(subject, {
      name: 'PostgresConnectionsHigh',
      severity: 'warning',
      expr: `sum(pg_stat_activity_count${of}) / max(pg_settings_max_connections${of}) > ${share('maxConnections', maxConnections)}`,
      for: Duration.minutes(5),
      summary: `{{ $value | humanizePercentage }} of the connections of ${server} are taken`,
      description:
        'See in pg_stat_activity whose they are. A service may not give back what it took, or its pool is too large.',
    }),
    about(subject, {
      name: 'PostgresTransactionLong',
      severity: 'warning',
      expr: `max by (datname) (pg_stat_activity_max_tx_duration${of}) > ${maxTransactionDuration.toSeconds()}`,
      for: Duration.minutes(1),
      summary: `A transaction in {{ $labels.datname }} of ${server} has lasted for {{ $value | humanizeDuration }}`,
      description:
        'Find it in pg_stat_activity by xact_start. It keeps dead rows from being removed; end it with pg_terminate_backend if it is stuck.',
    }),
  ];
}

function storeAlerts(
  subject: AlertSubject,
  server: string,
  { maxRetainedWal, maxDeadRows = 0.3 }: PostgresAlertOptions,
): readonly AlertRule[] {
  const of = `{job="${subject.job}"}`;
  const dead = `pg_stat_user_tables_n_dead_tup${of}`;
  return [
    about(subject, {
      name: 'PostgresSlotRetainsLog',
      severity: 'critical',
      expr: `max by (slot_name) (pg_replication_slots_pg_wal_lsn_diff${of}) > ${maxRetainedWal?.toBytes() ?? GIBIBYTE}`,
      for: Duration.minutes(5),
      summary: `${server} keeps {{ $value | humanize1024 }}B of its log for slot {{ $labels.slot_name }}`,
      description:
        'See why nobody receives it: whether the receiver of the backup runs, and whether its archive has room.',
    }),
    about(subject, {
      name: 'PostgresDeadRows',
      severity: 'warning',
      expr: `${dead} / (${dead} + pg_stat_user_tables_n_live_tup${of}) > ${share('maxDeadRows', maxDeadRows)} and ${dead} > ${FEW_ROWS}`,
      for: Duration.hours(1),
      summary: `{{ $value | humanizePercentage }} of table {{ $labels.relname }} of ${server} are dead rows`,
      description:
        'See whether a long transaction or a slot holds them, and when autovacuum was there last (pg_stat_user_tables).',
    }),
  ];
}
