// @ts-check
'use strict';

const http = require('node:http');
const https = require('node:https');
const { setTimeout: sleep } = require('node:timers/promises');
const { EngineError, Failure } = require('./failure.cjs');
const { dialSsh } = require('./ssh.cjs');

/** Pauses in milliseconds before each retry of a failed connection. */
const PAUSES = [200, 600, 1200];
/** Pauses for an engine that has answered before: it restarts, or the connection was cut. */
const PAUSES_OF_A_RESTART = [200, 200, 200, 400, 1000, 2000, 4000, 8000, 8000, 8000];
const TRANSIENT = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'];
const PATIENCE = 30_000;
/** Limit of connections. Over ssh each is a process of its own, and a server refuses too many at once. */
const MOST_CONNECTIONS = 16;
/** Tolerance in milliseconds: the date of an answer has no fractions of a second, and takes time to arrive. */
const CLOCK_TOLERANCE = 1500;
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * @typedef {object} Request
 * @property {unknown} [json] body
 * @property {Buffer} [tar] body
 * @property {number} [patience] milliseconds until the answer must be complete; default 30 seconds
 * @property {boolean} [once] true for a request that must not be repeated
 */

/** The HTTP interface of a Docker Engine. Paths carry no version, so that every engine answers. */
class Engine {
  /**
   * @param {import('./address.cjs').Address} address
   * @param {readonly string[]} sshOptions
   */
  constructor(address, sshOptions = []) {
    this.address = address;
    /** @private */
    this.hasAnswered = false;
    this.halted = false;
    /** True if its clock agrees with ours, according to its answers. */
    this.sharesOurClock = false;
    const { ssh } = address;
    const secure = address.http?.secure === true;
    this.send = secure ? https.request : http.request;
    this.agent = secure
      ? new https.Agent()
      : new http.Agent({ keepAlive: ssh !== undefined, maxSockets: MOST_CONNECTIONS });
    if (ssh !== undefined) Object.assign(this.agent, { createConnection: () => dialSsh(ssh, sshOptions) });
  }

  /** @param {string} path @returns {Promise<any>} */
  async get(path) {
    return JSON.parse((await this.ask('GET', path)).toString('utf8'));
  }

  /** @param {string} path @param {Request} [request] @returns {Promise<any>} */
  async post(path, request) {
    const answer = await this.ask('POST', path, request);
    return answer.length === 0 ? undefined : JSON.parse(answer.toString('utf8'));
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Request} [request]
   * @returns {Promise<Buffer>}
   */
  async ask(method, path, request = {}) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.tryOnce(method, path, request);
        this.hasAnswered = true;
        return await this.unlessHalted(answer);
      } catch (error) {
        if (error instanceof EngineError || this.halted) throw await this.unlessHalted(error);
        const pauses = this.hasAnswered ? PAUSES_OF_A_RESTART : PAUSES;
        const pause = request.once === true ? undefined : pauses[attempt];
        if (pause === undefined || !isTransient(error)) throw this.unreachable(/** @type {Error} */ (error));
        await sleep(pause);
      }
    }
  }

  /** Stops all requests. Callers that wait for an answer keep waiting, until the program ends in another way. */
  halt() {
    this.halted = true;
    this.close();
  }

  /** Ends all connections, also those with a pending answer. */
  close() {
    this.agent.destroy();
  }

  /**
   * @template T
   * @private
   * @param {T} outcome
   * @returns {T | Promise<never>}
   */
  unlessHalted(outcome) {
    return this.halted ? new Promise(() => undefined) : outcome;
  }

  /**
   * @private
   * @param {string} method
   * @param {string} path
   * @param {Request} request
   * @returns {Promise<Buffer>}
   */
  tryOnce(method, path, { json, tar, patience = PATIENCE }) {
    const body = tar ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)));
    const { secure: _, ...connection } = this.address.http ?? {};
    const headers = {
      // HTTP requires a host name, which a socket lacks; on the network, the certificate is checked against the name.
      ...(connection.host ? {} : { Host: 'docker' }),
      ...(body === undefined ? {} : { 'Content-Type': tar === undefined ? 'application/json' : 'application/x-tar' }),
      'Content-Length': body?.length ?? 0,
    };
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(patience)));
    return new Promise((resolve, reject) => {
      /** @param {Error} error */
      const fail = (error) => reject(signal.aborted ? tooSlow(method, path, patience) : error);
      const options = { ...connection, agent: this.agent, method, path, headers, signal };
      const request = this.send(options, (response) => {
        this.compareClocks(response.headers.date);
        readBody(response)
          .then((bytes) => resolve(answerOf(response.statusCode ?? 0, bytes)))
          .catch(fail);
      });
      request.on('error', fail);
      request.end(body);
    });
  }

  /** @private @param {string | undefined} date of an answer */
  compareClocks(date) {
    this.sharesOurClock = Math.abs(Date.now() - Date.parse(date ?? '')) < CLOCK_TOLERANCE;
  }

  /** @private @param {Error & { code?: string }} error */
  unreachable(error) {
    const { url, source } = this.address;
    const advice =
      error.code === 'EACCES'
        ? 'This user may not use it: on Linux, membership of the group "docker" allows that.'
        : 'Start it, or set DOCKER_HOST to the engine that Terraform uses.';
    return new Failure(
      `The Docker Engine at ${url} (${source}) cannot be reached: ${error.message || error.code}\n${advice}`,
    );
  }
}

/** @param {unknown} error */
function isTransient(error) {
  const { code = '', message } = /** @type {Error & { code?: string }} */ (error);
  return (
    TRANSIENT.includes(code) || /socket hang up|aborted|^ssh ended.*(refused|reset|closed|timed out)/i.test(message)
  );
}

/** @param {import('node:http').IncomingMessage} response */
async function readBody(response) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(`an answer was larger than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @param {string} method @param {string} path @param {number} patience */
function tooSlow(method, path, patience) {
  return new EngineError(0, `no answer to ${method} ${path.replace(/\?.*/, '')} within ${patience / 1000} s`);
}

/** @param {number} status @param {Buffer} bytes */
function answerOf(status, bytes) {
  if (status < 400) return bytes;
  const text = bytes.toString('utf8').trim();
  let message = text.slice(0, 500);
  try {
    message = String(JSON.parse(text).message);
  } catch {
    // A proxy in front of the engine has its own messages.
  }
  throw new EngineError(status, message || `HTTP status ${status}`);
}

module.exports = { Engine };
