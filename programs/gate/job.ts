import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf } from './containers';
import { isEngineError } from './failure';
import { removeLeftovers } from './leftovers';
import { limitProcesses } from './processes';
import { describeState, logLines, say, sayList } from './report';
import { wasRestored } from './restored-data';
import { setAside } from './set-aside';
import type { Options } from './arguments';
import type { Container } from './container';
import type { Containers } from './containers';

const LOG_LINES = 50;
/** Prefix of a line of a library's job that the gate repeats. */
const WARNING = 'docker-constructs warning:';
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 500;

/**
 * Waits until a job has ended; only exit code 0 is a success.
 * @returns exit code
 */
export async function job(containers: Containers, options: Options): Promise<number> {
  if (options.data.length > 0 && !(await start(containers, options))) return 0;
  const deadline = Date.now() + options.timeout;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const container = await containers.inspect(options.container);
    if (container === undefined) return vanished(options.container);
    const { Status, ExitCode, Error } = container.State;
    if (Status === 'exited' && ExitCode === 0) return succeed(containers, container);
    if (Status === 'exited' || Status === 'dead') return fail(containers, container, 'failed');
    if (Status === 'created' && Error) return fail(containers, container, 'could not be started');
    const problem = await limitProcesses(containers, container, options.pidsLimits);
    if (problem !== undefined) return fail(containers, container, problem);
    const left = deadline - Date.now();
    if (left <= 0) return fail(containers, container, `had not ended after ${options.timeout / 1000} s`);
    await sleep(Math.min(pause, left));
  }
}

/** Repeats the warnings of a job in the output of the deploy. */
async function succeed(containers: Containers, { Id }: Container) {
  await removeLeftovers(containers, [Id]);
  const warnings = (await logLines(containers, Id, LOG_LINES)).filter((line) => line.startsWith(WARNING));
  for (const line of warnings) say(`Warning:${line.slice(WARNING.length)}`);
  return 0;
}

/**
 * Starts a job that must not undo a restore.
 * @returns false where it stays as it is
 */
async function start(containers: Containers, options: Options): Promise<boolean> {
  const container = await containers.inspect(options.container);
  if (container === undefined || container.State.Status !== 'created') return true;
  if (await wasRestored(containers, container, options.data)) {
    const name = nameOf(container);
    say(`The job ${name} was not run: its data was restored since its last run.`);
    say(`To run it on the restored data: docker start --attach ${name}`);
    return false;
  }
  try {
    await containers.engine.post(`/containers/${container.Id}/start`);
  } catch (error) {
    // The container's state has the reason.
    if (!isEngineError(error) || !(await containers.inspect(container.Id))?.State.Error) throw error;
  }
  return true;
}

function vanished(id: string) {
  say(`The job ${id} was removed before it had ended.`);
  say('Apply again: it runs once more.');
  return 1;
}

async function fail(containers: Containers, container: Container, problem: string) {
  say(`The job ${nameOf(container)} ${problem}.`);
  for (const line of describeState(container)) say(line);
  sayList('Its last log lines:', await logLines(containers, container.Id, LOG_LINES));
  await setAside(containers, container);
  say('Correct the cause and apply again; nothing that waits for this job was changed.');
  return 1;
}
