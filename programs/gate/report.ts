import { isEngineError } from './failure';
import { lastLines } from './streams';
import type { Check, Container, ContainerState } from './container';
import type { Containers } from './containers';

/** Usual meanings of exit codes in a container. */
const MEANINGS: Readonly<Record<number, string>> = {
  126: 'the program cannot be executed',
  127: 'the program was not found',
  134: 'it aborted',
  137: 'it was killed',
  139: 'it accessed memory that is not its own',
  143: 'it was asked to stop',
};
const CHECKS = 5;

/** Prints a line, which Terraform shows as output of the apply. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function sayList(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  say(title);
  for (const line of lines) say(`  ${line}`);
}

/** @param end - its last end, which the engine forgets when it starts it again */
export function describeState({ State, RestartCount, HostConfig }: Container, end: ContainerState = State): string[] {
  const health = State.Health === undefined || State.Health.Status === 'none' ? [] : [`health ${State.Health.Status}`];
  const restarts = RestartCount > 0 ? [`restarted ${RestartCount === 1 ? 'once' : `${RestartCount} times`}`] : [];
  return [
    `State: ${[State.Status, ...health, ...restarts].join(', ')}.`,
    ...(hasEnded(end) ? [`Exit code: ${describeExit(end.ExitCode)}.`] : []),
    ...(end.OOMKilled === true
      ? [
          `It was killed because it needed more memory than it may have${limit(HostConfig.Memory)}; state more \`memory\`.`,
        ]
      : []),
    ...(State.Error ? lastLines(State.Error, 3).map((line) => `Error: ${line}`) : []),
  ];
}

export function hasEnded({ Status, ExitCode }: ContainerState): boolean {
  return ExitCode !== 0 || ['exited', 'dead', 'restarting'].includes(Status);
}

export function describeExit(code: number): string {
  const meaning = MEANINGS[code];
  return meaning === undefined ? String(code) : `${code} (${meaning})`;
}

function limit(bytes: number | undefined) {
  return bytes ? ` (${Math.round(bytes / 1024 / 1024)} MiB)` : '';
}

/** @param own - our last check, if the engine has not made one yet */
export function describeChecks({ State }: Container, own: Check | undefined): string[] {
  const made = State.Health?.Log ?? [];
  return (made.length > 0 || own === undefined ? made : [own])
    .slice(-CHECKS)
    .map(({ ExitCode, Output }) => `exit code ${ExitCode}: ${lastLines(Output, 3).join(' / ') || '(no output)'}`);
}

/** Returns the last lines of a container's log, or the reason why the engine does not return them. */
export async function logLines(containers: Containers, id: string, count: number): Promise<readonly string[]> {
  try {
    const lines = lastLines(await containers.logs(id, count), count);
    return lines.length > 0 ? lines : ['(nothing)'];
  } catch (error) {
    if (isEngineError(error)) return [`(not readable: ${error.message})`];
    throw error;
  }
}
