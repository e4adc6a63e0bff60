import type { BackupPlace } from '../../../model/stack/backup-record';
import { ConfigurationError, quote } from '../../../values';
import { withTools } from '../docker/backup-tools';
import { fetchPoint } from '../docker/fill-volume';
import type { Restored } from '../docker/fill-volume';
import { findDump } from '../points/find-point';
import { describePoint } from '../points/restore-point';
import { runningContainers } from '../docker/server-container';
import { connectionTo, identifier, shellQuoted, shownName } from '../../terminal/shown-name';
import { timeStamp } from '../points/timestamp';
import type { ServerSubject } from '../context';

export interface DatabaseOptions {
  readonly to: string;
  readonly database: string;
  /** Table, as in 'public.orders'; only its rows are restored. */
  readonly table?: string;
  /** Name of the new database. */
  readonly into?: string;
}

/**
 * Restores one database of a dump under a new name into the running server. It overwrites nothing.
 *
 * @returns the exit code
 */
export async function restoreDatabase(
  subject: ServerSubject,
  place: BackupPlace,
  options: DatabaseOptions,
): Promise<number> {
  const { record, session } = subject;
  const { database, table } = options;
  const [server] = await runningContainers(subject, record.name);
  if (server === undefined) {
    throw new ConfigurationError(undefined, `${quote(record.name)} does not run; deploy the stack first`);
  }
  const now = Date.now();
  const into = options.into ?? `${database}_restored_${timeStamp(now)}`;
  const { point, restored } = await withTools(subject, place, {}, async (tools) => {
    const found = await findDump(tools, options.to, now);
    await fetchPoint(place, tools, found);
    const wanted = [`--database=${database}`, `--into=${into}`, ...(table === undefined ? [] : [`--table=${table}`])];
    const { socket } = record.server;
    return { point: found, restored: await tools.load<Restored>(['load', ...wanted], { socket }) };
  });
  session.print(`\nDatabase ${shownName(into)} is ${what(options)} of ${describePoint(point)}`);
  session.print(`  ${restored.rows} rows, as they were counted for the dump`);
  for (const role of restored.roles ?? [])
    session.print(`  role ${shownName(role)} was gone, and is there again without a login`);
  explain(subject, server, { database, into, isWhole: table === undefined, stamp: timeStamp(now) });
  return 0;
}

function what({ database, table }: DatabaseOptions): string {
  if (table === undefined) return `database ${shownName(database)}`;
  return `table ${shownName(table)} of database ${shownName(database)} (the other tables empty, no indexes and constraints)`;
}

interface Names {
  readonly database: string;
  readonly into: string;
  readonly isWhole: boolean;
  readonly stamp: string;
}

function explain(
  { record, session }: ServerSubject,
  container: string,
  { database, into, isWhole, stamp }: Names,
): void {
  const psql = `docker exec --interactive --tty ${container} psql --no-psqlrc --username=${record.server.superuser}`;
  const command = (sql: string): string => `${psql} --command=${shellQuoted(sql)}`;
  session.print(`Look into it: ${psql} --dbname=${shellQuoted(connectionTo(into))}`);
  if (isWhole) {
    const before = `${database}_before_${stamp}`;
    session.print('Put it in place, when no session is connected to either:');
    session.print(`  ${command(`alter database ${identifier(database)} rename to ${identifier(before)}`)}`);
    session.print(`  ${command(`alter database ${identifier(into)} rename to ${identifier(database)}`)}`);
  }
  session.print(`Drop it: ${command(`drop database ${identifier(into)}`)}`);
}
