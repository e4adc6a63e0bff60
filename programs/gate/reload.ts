import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf } from './containers';
import { isEngineError, isFailure } from './failure';
import { describeExit, say, sayList } from './report';
import { removeLeftovers } from './leftovers';
import { openHandover } from './open';
import { stopAndRemove } from './set-aside';
import { lastLines } from './streams';
import { contentOf, renameFile } from './tar';
import type { Options } from './arguments';
import type { Check, Container } from './container';
import type { Containers } from './containers';

const STAGED = '.next';
const OUTPUT_LINES = 30;
const PAUSE = 500;
/** Exit code of a killed process. */
const KILLED = 137;
/** Shortest timeout of a reload in milliseconds, even for a program that has only just started. */
const SHORTEST_PATIENCE = 10_000;
/** Output of a command whose program does not listen yet. */
const STILL_STARTING = /connection refused|connect: no such file/i;

/**
 * Makes running programs load new configuration files, and puts the files where the programs read them at their start.
 * If a program refuses them, they are not put in place: it keeps its old files, and also starts with those. Files that
 * the programs reread themselves come first. If no other file is new, a program is not notified.
 * @returns exit code
 */
export async function reload(containers: Containers, options: Options): Promise<number> {
  const { container, files, followed } = options;
  try {
    await removeLeftovers(containers, [container]);
    await openHandover(containers, options);
    for (const file of followed) await promote(containers, container, `${file}${STAGED}`, file);
    if (followed.length > 0 && (await isInPlace(containers, container, files))) return 0;
    const targets = await containers.labelled(options.target ?? '', 'running');
    if (!(await allTakeOver(containers, targets, options))) {
      say('It keeps the configuration that it has; nothing was put in place.');
      return giveUp();
    }
    for (const { staged, live } of files) await promote(containers, container, staged, live);
    for (const { Id } of targets) if (options.signal !== undefined) await tell(containers, Id, options.signal);
    for (const target of targets) say(`${nameOf(target)} has the new configuration.`);
    return 0;
  } catch (error) {
    if (isFailure(error)) throw error;
    say(`The new configuration could not be put in place: ${(error as Error).message}`);
    // Terraform then makes the writer again, with its files.
    await stopAndRemove(containers, container).catch(() => undefined);
    return giveUp();
  }
}

/** Returns true if each file already has its new content. */
async function isInPlace(containers: Containers, writer: string, files: Options['files']): Promise<boolean> {
  for (const { staged, live } of files) {
    const present = await containers.fetchIfThere(writer, live);
    if (present === undefined || !contentOf(present).equals(contentOf(await containers.fetch(writer, staged)))) {
      return false;
    }
  }
  return true;
}

/** Lets all programs load the new files. Returns false when one refuses. */
async function allTakeOver(
  containers: Containers,
  targets: readonly Container[],
  { exec, timeout }: Options,
): Promise<boolean> {
  const deadline = Date.now() + timeout;
  for (const { Id } of exec === undefined ? [] : targets) {
    if (!(await takesOver(containers, Id, exec ?? [], deadline))) return false;
  }
  return true;
}

/**
 * @param deadline - for a program that has only just started
 * @returns false when the program refuses the new configuration
 */
async function takesOver(
  containers: Containers,
  id: string,
  command: readonly string[],
  deadline: number,
): Promise<boolean> {
  for (;;) {
    const target = await containers.inspect(id);
    const late = Date.now() >= deadline;
    // A stopped program reads the new files when it starts; for one that cannot start they may be the fix.
    if (target === undefined || !target.State.Running || (target.State.Restarting === true && late)) return true;
    if (target.State.Restarting !== true) {
      const result = await run(containers, id, command, deadline);
      if (result?.ExitCode === 0) return true;
      if (result !== undefined && (late || !mayPass(result))) return refusal(target, result);
    }
    await sleep(PAUSE);
  }
}

/**
 * Returns true for a temporary failure: the program has only just started, or the command was killed, usually with its
 * container.
 */
function mayPass({ ExitCode, Output }: Check) {
  return ExitCode === KILLED || STILL_STARTING.test(Output);
}

/** Runs a command in a container. Returns undefined if the container ended meanwhile. */
async function run(
  containers: Containers,
  id: string,
  command: readonly string[],
  deadline: number,
): Promise<Check | undefined> {
  try {
    return await containers.exec(id, command, Math.max(SHORTEST_PATIENCE, deadline - Date.now()));
  } catch (error) {
    if (isEngineError(error) && (await hasEnded(containers, id))) return undefined;
    throw error;
  }
}

function refusal(target: Container, { ExitCode, Output }: Check) {
  say(`${nameOf(target)} refuses the new configuration: exit code ${describeExit(ExitCode)}.`);
  sayList('It says:', lastLines(Output, OUTPUT_LINES));
  return false;
}

async function promote(containers: Containers, writer: string, staged: string, live: string) {
  const tar = await containers.fetch(writer, staged);
  await containers.unpack(writer, posix.dirname(live), renameFile(tar, posix.basename(live)));
}

/**
 * Notifies a program to read its files again. A program that ended meanwhile, to make room for its successor, needs no
 * signal: the successor reads the files at its start.
 */
async function tell(containers: Containers, id: string, signal: string) {
  try {
    await containers.kill(id, signal);
  } catch (error) {
    if (!isEngineError(error) || !(await hasEnded(containers, id))) throw error;
  }
}

async function hasEnded(containers: Containers, id: string) {
  const { State } = (await containers.inspect(id)) ?? {};
  return State === undefined || !State.Running || State.Restarting === true;
}

function giveUp(): number {
  say('Correct the cause and apply again.');
  return 1;
}
