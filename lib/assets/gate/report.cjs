// @ts-check
'use strict';
const { logTail } = require('./containers.cjs');

const LONGEST = 4000;

/** What is known about a container that did not do its work. @param {any} container */
function describeState({ State, RestartCount }) {
  const facts = [`state ${State.Status}`];
  if (State.ExitCode !== 0 || State.Status === 'exited') facts.push(`exit code ${State.ExitCode}`);
  if (State.OOMKilled) facts.push('killed because it needed more than its memory limit');
  if (RestartCount > 0) facts.push(`restarted ${RestartCount} times`);
  if (State.Error) facts.push(State.Error);
  return facts.join(', ');
}

/** The last answers of the health check. @param {any} container */
function describeHealth({ State }) {
  const log = State.Health?.Log ?? [];
  return log
    .slice(-5)
    .map((/** @type {any} */ entry) => `  exit ${entry.ExitCode}: ${String(entry.Output).trim().slice(0, 400)}`);
}

/**
 * The reason, in the order in which one asks: what, in which state, what did the health check say, what did it log.
 * @param {import('./engine.cjs').Engine} engine @param {any} container @param {string} what @param {number} lines
 */
async function reasonOf(engine, container, what, lines) {
  const health = describeHealth(container);
  const log = await logTail(engine, container.Id, lines);
  return [
    `${container.Name.replace(/^\//, '')} ${what}: ${describeState(container)}.`,
    ...(health.length > 0 ? ['Health check:', ...health] : []),
    log === '' ? 'It logged nothing.' : `Last lines of its log:\n${log.slice(-LONGEST)}`,
  ].join('\n');
}

module.exports = { reasonOf };
