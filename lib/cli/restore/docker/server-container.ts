import { WORKLOAD_LABEL, workloadKey } from '../../../model/stack/labels';
import { kindOf } from '../points/source-kind';
import type { ServerSubject, Subject } from '../context';

/** Returns the ids of the running containers of a service. */
export function runningContainers({ docker, manifest }: Subject, hostname: string): Promise<readonly string[]> {
  const filter = `label=${WORKLOAD_LABEL}=${workloadKey(manifest.stack, hostname)}`;
  return docker.lines(['ps', '--quiet', '--filter', filter]);
}

/** Closes the server to all clients except those on its socket, so that no client can rely on a later commit. */
export async function isolateServer(subject: ServerSubject, container: string): Promise<() => Promise<void>> {
  const { docker, record, session } = subject;
  const { name: hostname, server } = record;
  const text = await docker.run(['inspect', '--format', '{{json .NetworkSettings.Networks}}', container]);
  const networks = Object.keys(JSON.parse(text) as object);
  session.print(`Cutting ${hostname} off from its networks: its clients lose their connections …`);
  const connectAgain = async (): Promise<void> => {
    for (const network of networks) {
      await docker.try(['network', 'connect', `--alias=${hostname}`, network, container]);
    }
    session.warn(`${hostname} is in its networks again, on the data of before.`);
  };
  try {
    for (const network of networks) await docker.run(['network', 'disconnect', network, container]);
    await docker.run([
      'exec',
      `--env=PGOPTIONS=${SERVER_SESSION.map((setting) => `-c ${setting}`).join(' ')}`,
      container,
      'psql',
      '--no-psqlrc',
      `--username=${server.superuser}`,
      '--dbname=postgres',
      '--quiet',
      '--output=/dev/null',
      '--command',
      END_SESSIONS,
    ]);
  } catch (error) {
    await connectAgain();
    throw error;
  }
  return connectAgain;
}

/** Ends sessions of clients that are gone but still connected: their locks would block a dump. */
const END_SESSIONS =
  'select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity ' +
  "where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()";

/** Settings of a superuser's session: no function of another role, and no endless wait. */
export const SERVER_SESSION = [
  'search_path=pg_catalog,pg_temp',
  'local_preload_libraries=',
  'role=none',
  'standard_conforming_strings=on',
  'default_transaction_read_only=off',
  'client_min_messages=warning',
  'statement_timeout=60s',
  'lock_timeout=10s',
] as const;

/**
 * Stops the server, so that it does not write to data that is about to be replaced. Returns a function that starts it
 * again. Services with a volume of files keep running: the deploy replaces them in order.
 */
export async function stopServer(subject: Subject): Promise<() => Promise<void>> {
  const { docker, record, session } = subject;
  const running = kindOf(record).stopped.map((hostname) => runningContainers(subject, hostname));
  const ids = (await Promise.all(running)).flat();
  if (ids.length === 0) return async () => undefined;
  session.print(`Stopping ${record.name}: its clients lose their connections …`);
  await docker.run(['stop', ...ids]);
  return async () => {
    const { status, errors } = await docker.try(['start', ...ids]);
    if (status === 0) session.warn(`${record.name} was started again, on the data of before.`);
    else session.warn(`${record.name} could not be started again: ${errors}. See: docker start ${ids[0]}`);
  };
}
