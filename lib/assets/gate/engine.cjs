// @ts-check
'use strict';
const { connect } = require('./connection.cjs');
const { Failure } = require('./failure.cjs');

const ATTEMPTS = 3;
const TRANSIENT = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** @typedef {{ status: number, body: Buffer }} Answer */

/** The engine's HTTP interface, as far as a gate needs it. */
class Engine {
  /** @param {import('./connection.cjs').Address} address */
  constructor(address) {
    this.connection = connect(address);
  }

  /**
   * @param {string} method @param {string} path @param {{ json?: unknown, tar?: Buffer, quiet?: number[] }} [options]
   * @returns {Promise<Answer>}
   */
  async call(method, path, options = {}) {
    const answer = await this.attempt(method, path, options, 1);
    if (answer.status < 400 || (options.quiet ?? []).includes(answer.status)) return answer;
    throw new Failure(`The engine refused ${method} ${path}: ${reason(answer)}`);
  }

  /** @param {string} path @returns {Promise<any>} */
  async read(path) {
    const { status, body } = await this.call('GET', path, { quiet: [404] });
    return status === 404 ? undefined : JSON.parse(body.toString('utf8'));
  }

  /** @param {string} method @param {string} path @param {{ json?: unknown, tar?: Buffer }} options @param {number} number @returns {Promise<Answer>} */
  async attempt(method, path, options, number) {
    try {
      return await this.once(method, path, options);
    } catch (error) {
      const code = /** @type {{ code?: string }} */ (error).code ?? '';
      if (TRANSIENT.has(code) && number < ATTEMPTS) return this.attempt(method, path, options, number + 1);
      throw new Failure(
        `The Docker engine at ${this.connection.host} does not answer (${code || String(error)}). ` +
          'Is it running, and is DOCKER_HOST the engine that the plan was made for?',
      );
    }
  }

  /** @param {string} method @param {string} path @param {{ json?: unknown, tar?: Buffer }} options @returns {Promise<Answer>} */
  once(method, path, { json, tar }) {
    const { module, options } = this.connection;
    const body = tar ?? (json === undefined ? undefined : Buffer.from(JSON.stringify(json)));
    const type = tar === undefined ? 'application/json' : 'application/x-tar';
    const headers =
      body === undefined ? { host: 'docker' } : { host: 'docker', 'content-type': type, 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const request = module.request({ ...options, method, path, headers }, (response) => {
        /** @type {Buffer[]} */
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}

/** @param {Answer} answer */
function reason({ status, body }) {
  try {
    return `${JSON.parse(body.toString('utf8')).message} (${status})`;
  } catch {
    return `${body.toString('utf8').slice(0, 300)} (${status})`;
  }
}

module.exports = { Engine };
