// @ts-check
'use strict';
const { Failure } = require('./failure.cjs');

/** @typedef {import('./engine.cjs').Engine} Engine */

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Engine} engine @param {string} id */
function inspect(engine, id) {
  return engine.read(`/containers/${id}/json`);
}

/** Running containers, or all, that carry a label. @param {Engine} engine @param {string} label @param {boolean} all @returns {Promise<any[]>} */
async function withLabel(engine, label, all) {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  return (await engine.read(`/containers/json?all=${all ? 1 : 0}&filters=${filters}`)) ?? [];
}

/** Stops with the container's own signal; the engine kills it when the grace is over. @param {Engine} engine @param {string} id @param {number} [grace] */
async function stop(engine, id, grace) {
  const query = grace === undefined ? '' : `?t=${grace}`;
  await engine.call('POST', `/containers/${id}/stop${query}`, { quiet: [304, 404] });
}

/** @param {Engine} engine @param {string} id */
async function start(engine, id) {
  await engine.call('POST', `/containers/${id}/start`, { quiet: [304] });
}

/**
 * Runs a command in a running container.
 * @param {Engine} engine @param {string} id @param {readonly string[]} command
 * @returns {Promise<{ exitCode: number, output: string }>} exit code -1 when it could not be started
 */
async function exec(engine, id, command) {
  const request = { Cmd: command, AttachStdout: true, AttachStderr: true };
  const created = await engine.call('POST', `/containers/${id}/exec`, { json: request, quiet: [404, 409] });
  if (created.status >= 400) return { exitCode: -1, output: '' };
  const { Id } = JSON.parse(created.body.toString('utf8'));
  const ran = await engine.call('POST', `/exec/${Id}/start`, {
    json: { Detach: false, Tty: false },
    quiet: [400, 404, 409, 500],
  });
  if (ran.status >= 400) return { exitCode: -1, output: ran.body.toString('utf8') };
  return { exitCode: await exitCode(engine, Id), output: demultiplex(ran.body) };
}

/** The stream may end a moment before the engine knows the code. @param {Engine} engine @param {string} id */
async function exitCode(engine, id) {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const state = await engine.read(`/exec/${id}/json`);
    if (state === undefined) return -1;
    if (!state.Running && state.ExitCode !== null) return state.ExitCode;
    await sleep(100);
  }
  return -1;
}

/** Last lines of both streams. @param {Engine} engine @param {string} id @param {number} lines */
async function logTail(engine, id, lines) {
  const { status, body } = await engine.call('GET', `/containers/${id}/logs?stdout=1&stderr=1&tail=${lines}`, {
    quiet: [404, 409, 500],
  });
  return status >= 400 ? '' : demultiplex(body).trimEnd();
}

/** Removes the eight-byte headers that the engine puts before each piece of output. @param {Buffer} stream */
function demultiplex(stream) {
  const pieces = [];
  let at = 0;
  while (at + 8 <= stream.length && stream[at] <= 2 && stream.readUInt16BE(at + 1) === 0) {
    const length = stream.readUInt32BE(at + 4);
    pieces.push(stream.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(at === 0 ? [stream] : pieces).toString('utf8');
}

/**
 * Takes a container out of the way: stopped, kept as evidence, under a name that no later revision wants.
 * @param {Engine} engine @param {any} container
 */
async function setAside(engine, container) {
  const name = container.Name.replace(/^\//, '');
  const aside = `${name}-failed-${container.Id.slice(0, 6)}`;
  await stop(engine, container.Id);
  await engine.call('POST', `/containers/${container.Id}/rename?name=${encodeURIComponent(aside)}`);
  return aside;
}

/** @param {Engine} engine @param {string} id */
async function existing(engine, id) {
  const container = await inspect(engine, id);
  if (container === undefined) throw new Failure(`The container ${id.slice(0, 12)} is gone: somebody removed it.`);
  return container;
}

module.exports = { existing, exec, inspect, logTail, setAside, sleep, start, stop, withLabel };
