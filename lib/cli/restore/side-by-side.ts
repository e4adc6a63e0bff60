import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupPlace } from '../../model/backup-record';
import { ConfigurationError, quoted } from '../../values';
import { withTools } from './backup-tools';
import { useCommand } from './deploy';
import { findPoint, serverWords } from './found';
import type { Restored } from './found';
import { imageOf } from './images';
import { copyLog } from './copy-log';
import { countsOf } from './in-place';
import { refuseInterrupted } from './interruptible';
import { RESTORED_LABEL } from './labels';
import { describePoint } from './restore-point';
import { timeStamp } from './stamp';
import { titleOf } from './subject';
import type { Subject } from './subject';
import { targetVolume } from './target-volume';

/** Milliseconds between two looks at whether the server answers, and how often. */
const PAUSE = 500;
const TRIES = 240;

/**
 * Restores the server beside the one that runs, as a container of its own. Nothing of the stack is touched.
 *
 * @returns the exit code
 */
export async function restoreBeside(
  subject: Subject,
  place: BackupPlace,
  options: { readonly to: string; readonly volume?: string },
): Promise<number> {
  await refuseSecond(subject);
  const { record, session } = subject;
  const { command, data } = record.server;
  const image = await imageOf(subject, record.server.hostname);
  // Never the one that the program names: that would be the stack's as soon as it is deployed.
  const name = options.volume ?? `${data.declared}-${timeStamp(Date.now())}`;
  const target = await targetVolume(subject, name, Date.now());
  try {
    await copyLog(subject);
    const { point, restored } = await withTools(subject, place, { into: target.name }, async (tools) => {
      const found = await findPoint(tools, options.to, Date.now());
      session.print(`Restoring ${describePoint(found)} into volume ${target.name} …`);
      const words = serverWords(place, found, data.directory);
      return { point: found, restored: await tools.ask<Restored>(...words, '--', ...command) };
    });
    await start(subject, image, target.name);
    session.print(`\nBeside ${titleOf(subject)} runs ${nameOf(subject)}, ${describePoint(point)}`);
    session.print(`  ${countsOf(restored, point)}`);
  } catch (error) {
    await subject.docker.try(['rm', '--force', nameOf(subject)]);
    await target.discard();
    throw error;
  }
  explain(subject, target.name);
  return 0;
}

function explain(subject: Subject, volume: string): void {
  const { session, manifest, record } = subject;
  const { superuser } = record.server;
  session.print(`Look into it: docker exec --interactive --tty ${nameOf(subject)} psql --username=${superuser}`);
  session.print(`Remove it, with its volume: ${session.call('restore')} ${manifest.stack} --discard`);
  session.print(
    `Or let the stack have its data: docker rm --force ${nameOf(subject)}, then ${useCommand(subject, volume)}`,
  );
}

/** Name of the container, of which there is one at a time. */
export function nameOf({ manifest, record }: Subject): string {
  return `${manifest.stack}-${record.server.hostname}-restored`;
}

async function refuseSecond(subject: Subject): Promise<void> {
  const { docker, manifest, session } = subject;
  const filter = `label=${RESTORED_LABEL}=${titleOf(subject)}`;
  const [other] = await docker.lines(['ps', '--all', '--filter', filter, '--format', '{{.Names}}']);
  if (other === undefined) return;
  throw new ConfigurationError(
    undefined,
    `there is a restored server already, ${quoted(other)}; remove it first: ` +
      `${session.call('restore')} ${manifest.stack} --discard`,
  );
}

async function start(subject: Subject, image: string, volume: string): Promise<void> {
  const { docker, record } = subject;
  const { server } = record;
  const network = (await docker.has('network', server.network)) ? server.network : 'none';
  const access = `hba_file=${server.data.directory}/pg_hba.conf`;
  // Jobs of an extension would do their work once more, on the copy.
  const words = ['postgres', ...server.command, '-c', access, '-c', 'max_worker_processes=0'];
  await docker.run(['run', '--detach', ...serverOptions(subject, network, volume), image, ...words]);
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

/** Hardened as the server of the stack is. */
function serverOptions(subject: Subject, network: string, volume: string): readonly string[] {
  const { server } = subject.record;
  const { data, sharedMemoryMebibytes: shared } = server;
  const alias = `${server.hostname}-restored`;
  return [
    ...[`--name=${nameOf(subject)}`, `--hostname=${alias}`, `--network=${network}`, '--pull=never', '--init'],
    ...(network === 'none' ? [] : [`--network-alias=${alias}`]),
    ...[`--user=${server.user}`, '--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'],
    ...['--tmpfs=/tmp:mode=1777', `--tmpfs=${server.socket.path}:mode=1777`, `--memory=${server.memoryMebibytes}m`],
    ...(shared === undefined ? [] : [`--shm-size=${shared}m`]),
    ...[`--env=PGDATA=${data.directory}`, `--env=POSTGRES_USER=${server.superuser}`, '--stop-signal=SIGINT'],
    `--mount=type=volume,src=${volume},dst=${data.mountPath}`,
    ...[`--label=${RESTORED_LABEL}=${titleOf(subject)}`, '--log-opt=max-size=10m', '--log-opt=max-file=3'],
    '--entrypoint=docker-entrypoint.sh',
  ];
}
