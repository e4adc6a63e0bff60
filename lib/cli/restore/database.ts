import type { BackupPlace } from '../../model/backup-record';
import { ConfigurationError, quoted } from '../../values';
import { withTools } from './backup-tools';
import type { Restored } from './filling';
import { findDump } from './found';
import { describePoint } from './restore-point';
import { runningContainers } from './server-container';
import { timeStamp } from './stamp';
import type { ServerSubject } from './subject';

export interface DatabaseOptions {
  readonly to: string;
  readonly database: string;
  /** As in 'public.orders'; only its rows are restored. */
  readonly table?: string;
  /** Name of the new database. */
  readonly into?: string;
}

/**
 * Restores one database of a dump under a new name into the server that runs. Nothing is overwritten.
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
    throw new ConfigurationError(undefined, `${quoted(record.name)} does not run; deploy the stack first`);
  }
  const now = Date.now();
  const into = options.into ?? `${database}_restored_${timeStamp(now)}`;
  const { point, restored } = await withTools(subject, place, { socket: record.server.socket }, async (tools) => {
    const found = await findDump(tools, options.to, now);
    const wanted = [`--database=${database}`, `--into=${into}`, ...(table === undefined ? [] : [`--table=${table}`])];
    const words = ['load', `--to=${found.id}`, `--repository=${place.name}`, ...wanted];
    return { point: found, restored: await tools.ask<Restored>(...words) };
  });
  session.print(`\nDatabase ${into} is ${what(options)} of ${describePoint(point)}`);
  session.print(`  ${restored.rows} rows, as they were counted for the dump`);
  for (const role of restored.roles ?? []) session.print(`  role ${role} was gone, and is there again without a login`);
  explain(subject, server, { database, into, isWhole: table === undefined, stamp: timeStamp(now) });
  return 0;
}

function what({ database, table }: DatabaseOptions): string {
  if (table === undefined) return `database ${database}`;
  return `table ${table} of database ${database} (the other tables empty, no indexes and constraints)`;
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
  const psql = `docker exec --interactive --tty ${container} psql --username=${record.server.superuser}`;
  session.print(`Look into it: ${psql} ${into}`);
  if (isWhole) {
    session.print('Put it in place, when nobody is connected to either:');
    session.print(`  ${psql} --command='alter database "${database}" rename to "${database}_before_${stamp}"'`);
    session.print(`  ${psql} --command='alter database "${into}" rename to "${database}"'`);
  }
  session.print(`Drop it: ${psql} --command='drop database "${into}"'`);
}
