import { setTimeout as sleep } from 'node:timers/promises';
import { nameOf, revisionOf } from './containers';
import { removeLeftovers } from './leftovers';
import { bringBack, forgetPreparation } from './predecessor';
import { checkCommand, Probe } from './probe';
import { limitProcesses } from './processes';
import { describeChecks, describeState, hasEnded, logLines, say, sayList } from './report';
import { setAside } from './set-aside';
import type { Options } from './arguments';
import type { Container } from './container';
import type { Containers } from './containers';

const MOST_RESTARTS = 3;
const LOG_LINES = 30;
/** Milliseconds after which a running container without a health check counts as healthy ... */
const STEADY = 500;
/** ... and those if its predecessors will be removed. */
const STEADY_AFTER_OTHERS = 2000;
/** Milliseconds by which a container of an earlier apply is older than the newest one. */
const SETTLED = 600_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 500;

/**
 * Waits until containers can do their work. It prints why a container cannot, sets it aside and restarts its
 * predecessors.
 * @returns exit code
 */
export async function healthy(containers: Containers, options: Options): Promise<number> {
  const start = Date.now();
  const judged = await withoutSettled(containers, options.containers);
  await removeLeftovers(containers, judged);
  const probes = judged.map((id) => new Probe(containers, id, start + options.timeout));
  const problems = await Promise.all(probes.map((probe) => watch(containers, probe, options)));
  if (problems.every((problem) => problem === undefined)) {
    say(`Healthy after ${((Date.now() - start) / 1000).toFixed(1)} s.`);
    return 0;
  }
  for (const [index, probe] of probes.entries()) {
    const problem = problems[index];
    if (problem !== undefined) await giveUp(containers, options, probe, problem);
  }
  say('Correct the cause and apply again; nothing that depends on it was changed.');
  return 1;
}

/**
 * Returns, of several containers, those that this apply may have made. Others were checked when they were new, and an
 * apply that does not touch them neither stops them nor fails because of them.
 */
async function withoutSettled(containers: Containers, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 1) return ids;
  const creations = await containers.creations(ids);
  const newest = Math.max(...creations.values());
  return ids.filter((id) => !(newest - (creations.get(id) ?? newest) > SETTLED));
}

async function giveUp(containers: Containers, options: Options, probe: Probe, problem: string) {
  const container = await containers.inspect(probe.id);
  say(`${container === undefined ? probe.id : nameOf(container)} ${problem}.`);
  if (container !== undefined) await explain(containers, container, probe);
  await undo(containers, options, container);
}

/** Waits for a container. Returns the problem, or undefined if it is healthy. */
async function watch(
  containers: Containers,
  probe: Probe,
  { timeout, pidsLimits }: Options,
): Promise<string | undefined> {
  const steady: Steadiness = { since: Date.now(), run: '' };
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    const container = await containers.inspect(probe.id);
    if (container === undefined) return 'was removed while it started';
    if (hasEnded(container.State)) probe.end = container.State;
    const problem = findProblem(container) ?? (await limitProcesses(containers, container, pidsLimits));
    if (problem !== undefined) return problem;
    const command = checkCommand(container);
    const isDone = command === undefined ? await isSteady(containers, container, steady) : isHealthy(container);
    if (isDone) return undefined;
    const left = probe.deadline - Date.now();
    if (left <= 0) return `did not become healthy within ${timeout / 1000} s`;
    const rest = sleep(Math.min(pause, left, untilSteady(steady)));
    if (command !== undefined && isUp(container)) await Promise.race([probe.start(command), rest]);
    if (probe.succeeded) return undefined;
    await rest;
    if (probe.succeeded) return undefined;
  }
}

function isUp({ State }: Container) {
  return State.Running && State.Restarting !== true && State.Paused !== true;
}

function findProblem({ State, RestartCount }: Container) {
  if (State.Status === 'created' && State.Error) return 'could not be started';
  if (State.Status === 'exited' || State.Status === 'dead') return 'ended instead of becoming healthy';
  if (RestartCount >= MOST_RESTARTS) return 'ends again and again';
  if (State.Health?.Status === 'unhealthy') return 'is unhealthy';
  return undefined;
}

function isHealthy({ State }: Container) {
  return State.Health?.Status === 'healthy';
}

/** Start of this run of a container, and the time that it must last. */
interface Steadiness {
  since: number;
  run: string;
  long?: number;
}

async function isSteady(containers: Containers, container: Container, steady: Steadiness) {
  const run = isUp(container) ? `${container.State.StartedAt} ${container.RestartCount}` : '';
  if (run !== steady.run) Object.assign(steady, { since: containers.startOf(container), run });
  if (run === '') return false;
  steady.long ??= (await containers.haveOthers(container)) ? STEADY_AFTER_OTHERS : STEADY;
  return Date.now() - steady.since >= steady.long;
}

/** Returns milliseconds. */
function untilSteady({ since, long }: Steadiness): number {
  return long === undefined ? Infinity : Math.max(FIRST_PAUSE / 10, since + long - Date.now());
}

async function explain(containers: Containers, container: Container, { end, last }: Probe) {
  for (const line of describeState(container, end)) say(line);
  sayList('Its last health checks:', describeChecks(container, last));
  sayList('Its last log lines:', await logLines(containers, container.Id, LOG_LINES));
}

async function undo(containers: Containers, { predecessors, prepare }: Options, container: Container | undefined) {
  const preparation = prepare === undefined ? undefined : await containers.inspect(prepare);
  if (container !== undefined) await setAside(containers, container);
  if (predecessors !== undefined) {
    const revision = revisionOf(container) ?? revisionOf(preparation);
    await bringBack(containers, predecessors, { id: container?.Id, revision });
  }
  if (preparation !== undefined) await forgetPreparation(containers, preparation);
}
