import type { Duration } from '../../values';

/** Settings with which Barman follows a server. */
export interface BarmanSettings {
  /** Description for readers. */
  readonly description: string;
  /** Directory of the server's socket. */
  readonly socket: string;
  readonly user: string;
  /** Directory of base backups and the write-ahead log. */
  readonly home: string;
  /** Name of the replication slot, for which the server keeps the log that was not received yet. */
  readonly slot: string;
  /** Time back from now in which every moment can be restored. */
  readonly window: Duration;
}

const DAY_MILLIS = 86_400_000;

/** Returns Barman's configuration file. The log goes to standard error instead of a file. */
export function renderBarmanSettings({ description, socket, user, home, slot, window }: BarmanSettings): string {
  return `[barman]
barman_user = postgres
barman_home = ${home}
barman_lock_directory = ${home}
log_level = WARNING

[database]
description = ${description}
conninfo = host=${socket} user=${user} dbname=postgres
streaming_conninfo = host=${socket} user=${user}
backup_method = postgres
immediate_checkpoint = true
streaming_archiver = on
slot_name = ${slot}
create_slot = auto
minimum_redundancy = 1
retention_policy = RECOVERY WINDOW OF ${Math.ceil(window.toMillis() / DAY_MILLIS)} DAYS
`;
}
