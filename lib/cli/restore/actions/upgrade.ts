import type { BackupPlace } from '../../../model/stack/backup-record';
import { MAJOR_LABEL } from '../../../model/stack/labels';
import { ConfigurationError, quote } from '../../../values';
import { confirm } from '../../terminal/ask';
import { refuseMissingSecrets } from '../../secrets/stack-secrets';
import { withTools } from '../docker/backup-tools';
import type { BackupTools } from '../docker/backup-tools';
import { backUp, deployOn, pointTo, takeBackup } from '../deploy/deploy';
import { checkPoint, fill, proofOf } from '../docker/fill-volume';
import type { Filled } from '../docker/fill-volume';
import { dumpsOf } from '../points/find-point';
import { refuseInterrupted } from '../docker/interruptible';
import { tellJobs, tellSkipped } from '../points/jobs';
import { describePoint } from '../points/restore-point';
import type { RestorePoint } from '../points/restore-point';
import { isolateServer, runningContainers, stopServer } from '../docker/server-container';
import { titleOf } from '../context';
import type { ServerSubject } from '../context';
import { targetVolume } from '../docker/target-volume';

export interface UpgradeOptions {
  /** Name for the new volume. */
  readonly volume?: string;
  /** If true, the command does not ask. */
  readonly yes: boolean;
}

/**
 * Moves the data of a running server to the major version of the program. It takes a last dump with the old version,
 * restores it with the new one into a new volume, and deploys the stack on that. It never touches the old volume. Until
 * the stack is deployed, a failure restores the previous state.
 *
 * @returns the exit code
 */
export async function upgrade(subject: ServerSubject, place: BackupPlace, options: UpgradeOptions): Promise<number> {
  const { manifest, record, session } = subject;
  refuseMissingSecrets([subject], session);
  const move = await plannedMove(subject);
  const target = await targetVolume(subject, options.volume, Date.now());
  try {
    const filled = await withTools(subject, place, { into: target.name }, async (tools) => {
      const question = `Move ${titleOf(subject)} from PostgreSQL ${move.from} to ${record.server.majorVersion}?`;
      tellJobs(subject);
      await confirm(session, `${question} It cannot be reached until that is done.`, options.yes, subject.signal);
      return moveData(subject, place, tools, { ...move, volume: target.name });
    });
    session.print(`  ${proofOf(filled)}`);
  } catch (error) {
    await target.discard();
    throw error;
  }
  const back = `Back: put the program and ${manifest.volumesFile} back as they were, then ${session.call('deploy')} ${manifest.stack}`;
  await deployOn(subject, target.name, back);
  const isSaved = await backUp(subject);
  const { name: before } = record.volume;
  session.print(`\n${titleOf(subject)} runs PostgreSQL ${record.server.majorVersion} on volume ${target.name}.`);
  session.print(`The volume of before, ${before}, is kept, with PostgreSQL ${move.from} in it. ${back}`);
  await tellSkipped(subject);
  return isSaved ? 0 : 1;
}

interface Move {
  /** The running server. */
  readonly container: string;
  /** Its major version. */
  readonly from: string;
}

async function plannedMove(subject: ServerSubject): Promise<Move> {
  const { docker, record } = subject;
  const { name: hostname, server } = record;
  const [container] = await runningContainers(subject, hostname);
  const [backup] = await runningContainers(subject, record.hostname);
  if (container === undefined || backup === undefined) {
    const absent = container === undefined ? hostname : record.hostname;
    throw new ConfigurationError(
      undefined,
      `${quote(absent)} does not run; the old version has to, for a last dump: deploy the old program first`,
    );
  }
  const from = await docker.run(['inspect', '--format', `{{index .Config.Labels "${MAJOR_LABEL}"}}`, container]);
  if (Number(from) < server.majorVersion) return { container, from };
  throw new ConfigurationError(
    undefined,
    `${quote(hostname)} runs PostgreSQL ${from} and the program states ${server.majorVersion}; state a newer one first`,
  );
}

async function moveData(
  subject: ServerSubject,
  place: BackupPlace,
  tools: BackupTools,
  move: Move & { readonly volume: string },
): Promise<Filled> {
  const { session } = subject;
  const connectAgain = await isolateServer(subject, move.container);
  let startAgain = async (): Promise<void> => undefined;
  try {
    const point = await lastDump(subject, place, tools);
    await checkPoint(subject, place, tools, point);
    startAgain = await stopServer(subject);
    session.print(`Restoring ${describePoint(point)} …`);
    const filled = await fill(subject, place, tools, point);
    await pointTo(subject, move.volume);
    return filled;
  } catch (error) {
    await startAgain();
    await connectAgain();
    throw error;
  }
}

/** Takes the last dump with the old version, once clients can no longer change data. */
async function lastDump(subject: ServerSubject, place: BackupPlace, tools: BackupTools): Promise<RestorePoint> {
  const before = await dumpsOf(tools).catch(() => []);
  refuseInterrupted(subject.signal);
  subject.session.print('Taking the last dump of the old version …');
  const problem = await takeBackup(subject);
  if (problem !== undefined) throw new ConfigurationError(undefined, `the last dump failed: ${problem}`);
  const point = (await dumpsOf(tools)).at(-1);
  if (point !== undefined && !before.some(({ id }) => id === point.id)) return point;
  throw new ConfigurationError(
    undefined,
    `the last dump is not in repository ${quote(place.name)}; name another with --from`,
  );
}
