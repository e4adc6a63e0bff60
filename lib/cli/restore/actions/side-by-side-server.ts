import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '../../../values';
import { nameOf } from './side-by-side-volume';
import { imageOf } from '../docker/images';
import { refuseInterrupted } from '../docker/interruptible';
import { RESTORED_LABEL } from '../docker/labels';
import { keyOf } from '../context';
import type { ServerSubject } from '../context';

/** Pause in milliseconds between two checks whether the server answers, and their number. */
const PAUSE = 500;
const TRIES = 240;

/** Starts a server on a restored volume, in a separate container, and waits until it answers. */
export async function startServer(subject: ServerSubject, volume: string): Promise<void> {
  const { docker, record } = subject;
  const { server } = record;
  const network = (await docker.has('network', server.network)) ? server.network : 'none';
  const access = `hba_file=${server.directory}/pg_hba.conf`;
  // Jobs of an extension would run again, on the copy.
  const args = ['postgres', ...server.command, '-c', access, '-c', 'max_worker_processes=0'];
  const image = await imageOf(subject, record.name);
  await docker.run(['run', '--detach', ...serverOptions(subject, network, volume), image, ...args]);
  for (let left = TRIES; ; left--) {
    const asked = await docker.try([
      'exec',
      nameOf(subject),
      'pg_isready',
      '--quiet',
      `--username=${server.superuser}`,
    ]);
    if (asked.status === 0) return;
    refuseInterrupted(subject.signal);
    if (left <= 0 || asked.errors.includes('is not running')) break;
    await sleep(PAUSE);
  }
  const { output, errors } = await docker.try(['logs', '--tail=10', nameOf(subject)]);
  throw new ConfigurationError(undefined, `the restored server does not answer; its last words: ${output}${errors}`);
}

/** Returns options that harden it like the server of the stack. */
function serverOptions(subject: ServerSubject, network: string, volume: string): readonly string[] {
  const { name, server } = subject.record;
  const { sharedMemoryMebibytes: shared } = server;
  const alias = `${name}-restored`;
  return [
    ...[`--name=${nameOf(subject)}`, `--hostname=${alias}`, `--network=${network}`, '--pull=never', '--init'],
    ...(network === 'none' ? [] : [`--network-alias=${alias}`]),
    ...[`--user=${server.user}`, '--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'],
    ...['--tmpfs=/tmp:mode=1777', `--tmpfs=${server.socket.path}:mode=1777`, `--memory=${server.memoryMebibytes}m`],
    `--pids-limit=${server.pidsLimit}`,
    ...(shared === undefined ? [] : [`--shm-size=${shared}m`]),
    ...[`--env=PGDATA=${server.directory}`, `--env=POSTGRES_USER=${server.superuser}`, '--stop-signal=SIGINT'],
    `--mount=type=volume,src=${volume},dst=${server.mountPath}`,
    ...[`--label=${RESTORED_LABEL}=${keyOf(subject)}`, '--log-opt=max-size=10m', '--log-opt=max-file=3'],
    '--entrypoint=docker-entrypoint.sh',
  ];
}
