// @ts-check
'use strict';

const { EngineError } = require('./failure.cjs');
const { lastLines } = require('./streams.cjs');

/** Usual meanings of exit codes in a container. @type {Readonly<Record<number, string>>} */
const MEANINGS = {
  126: 'the program cannot be executed',
  127: 'the program was not found',
  134: 'it aborted',
  137: 'it was killed',
  139: 'it accessed memory that is not its own',
  143: 'it was asked to stop',
};
const CHECKS = 5;

/** Prints a line, which Terraform shows as output of the apply. @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}

/** @param {string} title @param {readonly string[]} lines */
function sayList(title, lines) {
  if (lines.length === 0) return;
  say(title);
  for (const line of lines) say(`  ${line}`);
}

/**
 * @param {import('./containers.cjs').Container} container
 * @param {import('./containers.cjs').ContainerState} [end] its last end, which the engine forgets when it starts it again
 */
function describeState({ State, RestartCount, HostConfig }, end = State) {
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

/** @param {import('./containers.cjs').ContainerState} state */
function hasEnded({ Status, ExitCode }) {
  return ExitCode !== 0 || ['exited', 'dead', 'restarting'].includes(Status);
}

/** @param {number} code */
function describeExit(code) {
  const meaning = MEANINGS[code];
  return meaning === undefined ? String(code) : `${code} (${meaning})`;
}

/** @param {number | undefined} bytes */
function limit(bytes) {
  return bytes ? ` (${Math.round(bytes / 1024 / 1024)} MiB)` : '';
}

/**
 * @param {import('./containers.cjs').Container} container
 * @param {import('./containers.cjs').Check | undefined} own our last check, if the engine has not made one yet
 */
function describeChecks({ State }, own) {
  const made = State.Health?.Log ?? [];
  return (made.length > 0 || own === undefined ? made : [own])
    .slice(-CHECKS)
    .map(({ ExitCode, Output }) => `exit code ${ExitCode}: ${lastLines(Output, 3).join(' / ') || '(no output)'}`);
}

/**
 * Returns the last lines of a container's log, or the reason why the engine does not return them.
 * @param {import('./containers.cjs').Containers} containers
 * @param {string} id
 * @param {number} count
 */
async function logLines(containers, id, count) {
  try {
    const lines = lastLines(await containers.logs(id, count), count);
    return lines.length > 0 ? lines : ['(nothing)'];
  } catch (error) {
    if (error instanceof EngineError) return [`(not readable: ${error.message})`];
    throw error;
  }
}

module.exports = { describeChecks, describeExit, describeState, hasEnded, logLines, say, sayList };
