// @ts-check
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Failure } = require('./failure.cjs');

/**
 * Address of an engine.
 * @typedef {object} Address
 * @property {string} url as it was given
 * @property {string} source of the address, for messages
 * @property {URL} [ssh] machine to reach by ssh
 * @property {import('node:http').RequestOptions & { secure?: boolean }} [http] options for other connections
 */

/**
 * Returns the engine of the Terraform provider: from the option, the context, the variable, or the default socket.
 * @param {{ readonly host?: string, readonly certPath?: string }} options
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Address}
 */
function engineAddress({ host, certPath }, environment) {
  const { url, source } = chosen(host, environment);
  const [, scheme, rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [];
  if (scheme === 'unix') return { url, source, http: { socketPath: rest } };
  if (scheme === 'npipe') return { url, source, http: { socketPath: rest.replaceAll('/', '\\') } };
  const machine = machineOf(rest);
  if (machine !== undefined && scheme === 'ssh') return { url, source, ssh: machine };
  if (machine !== undefined && ['tcp', 'http', 'https'].includes(scheme ?? '')) {
    return { url, source, http: overNetwork(scheme ?? '', machine, certPath, environment) };
  }
  throw new Failure(
    `${JSON.stringify(url)} (${source}) is not an address of a Docker Engine.\n` +
      'Use unix:///path, npipe:////./pipe/name, tcp://host:port, https://host:port or ssh://user@host.',
    2,
  );
}

/**
 * @param {string | undefined} host
 * @param {NodeJS.ProcessEnv} environment
 */
function chosen(host, environment) {
  if (host) return { url: host, source: 'from --host' };
  const context = environment.DOCKER_CONTEXT;
  if (context && context !== 'default') {
    return { url: contextHost(context, environment), source: `from the Docker context ${JSON.stringify(context)}` };
  }
  if (environment.DOCKER_HOST) return { url: environment.DOCKER_HOST, source: 'from DOCKER_HOST' };
  const usual = process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';
  return { url: usual, source: 'the usual address; DOCKER_HOST is not set' };
}

/** @param {string} rest text after the scheme @returns {URL | undefined} */
function machineOf(rest) {
  // For a scheme with a default port, the parser would drop that port.
  const url = `machine://${rest}`;
  return URL.canParse(url) && new URL(url).hostname !== '' ? new URL(url) : undefined;
}

/** @param {NodeJS.ProcessEnv} environment */
function configDirectory(environment) {
  return environment.DOCKER_CONFIG || path.join(os.homedir(), '.docker');
}

/**
 * Reads the file of `docker context create`, so that the docker command is not needed.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string}
 */
function contextHost(name, environment) {
  const id = createHash('sha256').update(name).digest('hex');
  const file = path.join(configDirectory(environment), 'contexts', 'meta', id, 'meta.json');
  try {
    return String(JSON.parse(fs.readFileSync(file, 'utf8')).Endpoints.docker.Host);
  } catch {
    throw new Failure(
      `DOCKER_CONTEXT names ${JSON.stringify(name)}, which is not a Docker context of this user.\n` +
        'See `docker context ls`, or unset DOCKER_CONTEXT.',
    );
  }
}

/**
 * @param {string} scheme
 * @param {URL} url
 * @param {string | undefined} option
 * @param {NodeJS.ProcessEnv} environment
 */
function overNetwork(scheme, url, option, environment) {
  const verified = environment.DOCKER_TLS_VERIFY ? configDirectory(environment) : undefined;
  const directory = option || environment.DOCKER_CERT_PATH || verified;
  const secure = scheme === 'https' || (scheme === 'tcp' && directory !== undefined);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 2376 : 2375),
    secure,
    ...(secure && directory !== undefined ? certificates(directory) : {}),
  };
}

/** @param {string} directory */
function certificates(directory) {
  /** @param {string} name */
  const read = (name) => {
    const file = path.join(directory, name);
    return fs.existsSync(file) ? fs.readFileSync(file) : undefined;
  };
  const found = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  if (found.ca || found.cert) return found;
  throw new Failure(`${directory} holds neither ca.pem nor cert.pem, which are needed to trust the engine.`);
}

module.exports = { engineAddress };
