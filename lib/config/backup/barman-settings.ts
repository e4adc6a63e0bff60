import type { Duration } from '../../values';

/** What Barman has to know to follow a server. */
export interface BarmanSettings {
  /** For people. */
  readonly description: string;
  /** Directory of the server's socket. */
  readonly socket: string;
  readonly user: string;
  /** Directory of base backups and the write-ahead log. */
  readonly home: string;
  /** Name of the replication slot, under which the server keeps what was not received yet. */
  readonly slot: string;
  /** How far back every moment can be restored. */
  readonly window: Duration;
}

const DAY_MILLIS = 86_400_000;

/** The file that Barman reads. The log goes to the standard error: no log file. */
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
