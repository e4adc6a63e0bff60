import { ConfigurationError, quote } from '../../../values';
import { confirm } from '../../terminal/ask';
import { backUp, deployOn, pointTo } from '../deploy/deploy';
import { tellJobs, tellSkipped } from '../points/jobs';
import { kindOf } from '../points/source-kind';
import { stopServer } from '../docker/server-container';
import { refuseWithoutData } from '../docker/server-data';
import { titleOf } from '../context';
import type { Subject } from '../context';
import { refuseOthers, refuseUsed } from '../docker/target-volume';
import { usersOf } from '../docker/volume-users';

/**
 * Puts the stack on an existing volume: the previous one after a restore, or a restored one after a check.
 *
 * @returns the exit code
 */
export async function useVolume(subject: Subject, volume: string, yes: boolean): Promise<number> {
  const { docker, record, session, signal } = subject;
  const { name: before } = record.volume;
  if (!(await docker.has('volume', volume))) {
    throw new ConfigurationError(
      undefined,
      `there is no volume ${quote(volume)} on this engine; see: docker volume ls`,
    );
  }
  if (volume === before) throw new ConfigurationError(undefined, `the stack is on volume ${quote(volume)} already`);
  refuseOthers(subject, volume);
  const users = await usersOf(subject, volume);
  refuseUsed(
    volume,
    users.filter(({ isOwn }) => !isOwn),
  );
  await refuseWithoutData(subject, volume);
  tellJobs(subject);
  await confirm(session, `Put ${titleOf(subject)} on volume ${volume}? ${kindOf(record).consequence}`, yes, signal);
  const startAgain = await stopServer(subject);
  try {
    await pointTo(subject, volume);
  } catch (error) {
    await startAgain();
    throw error;
  }
  await deployOn(subject, volume);
  const isSaved = await backUp(subject);
  session.print(`\n${titleOf(subject)} is on volume ${volume}; ${before} is kept.`);
  await tellSkipped(subject);
  return isSaved ? 0 : 1;
}
