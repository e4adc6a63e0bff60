import { WORKLOAD_LABEL, workloadKey } from '../../model/labels';
import type { Subject } from './subject';

/** Ids of the running containers of a service. */
export function runningContainers({ docker, manifest }: Subject, hostname: string): Promise<readonly string[]> {
  const filter = `label=${WORKLOAD_LABEL}=${workloadKey(manifest.stack, hostname)}`;
  return docker.lines(['ps', '--quiet', '--filter', filter]);
}

/** Containers that mount a volume, running or not. */
export function usersOf({ docker }: Subject, volume: string): Promise<readonly string[]> {
  return docker.lines(['ps', '--all', '--filter', `volume=${volume}`, '--format', '{{.Names}}']);
}

/** Stops the server, so that nothing is written to data that is about to be left. Says what starts it again. */
export async function stopServer(subject: Subject): Promise<() => Promise<void>> {
  const { docker, record, session } = subject;
  const ids = await runningContainers(subject, record.server.hostname);
  if (ids.length === 0) return async () => undefined;
  session.print(`Stopping ${record.server.hostname}: its clients lose their connections …`);
  await docker.run(['stop', ...ids]);
  return async () => {
    await docker.run(['start', ...ids]);
    session.warn(`${record.server.hostname} was started again, on the data of before.`);
  };
}
