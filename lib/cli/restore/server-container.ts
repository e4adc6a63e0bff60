import { WORKLOAD_LABEL, workloadKey } from '../../model/labels';
import { kindOf } from './kind';
import type { ServerSubject, Subject } from './subject';

/** Ids of the running containers of a service. */
export function runningContainers({ docker, manifest }: Subject, hostname: string): Promise<readonly string[]> {
  const filter = `label=${WORKLOAD_LABEL}=${workloadKey(manifest.stack, hostname)}`;
  return docker.lines(['ps', '--quiet', '--filter', filter]);
}

/** Cuts the server off from everybody but its socket: nothing is committed any more that somebody would wait for. */
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

/** Of clients that are gone and do not know it yet: what they have locked would keep a dump waiting. */
const END_SESSIONS =
  'select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity ' +
  "where backend_type = 'client backend' and pid <> pg_catalog.pg_backend_pid()";

/** Settings of a superuser's session: no function of another role, and no wait without an end. */
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
 * Stops the server, so that nothing is written to data that is about to be left. Says what starts it again. Who has a
 * volume of files is left alone: the deploy replaces it in good order.
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
