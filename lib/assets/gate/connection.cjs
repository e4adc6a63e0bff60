// @ts-check
'use strict';
const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const { Duplex } = require('node:stream');
const { Failure } = require('./failure.cjs');

/** @typedef {{ host?: string, certPath?: string }} Address */

const LOCAL = process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';

/** The engine that Terraform talks to: the stack's word first, then the operator's shell, then the local one. */
function resolveHost(/** @type {string | undefined} */ stated) {
  if (stated) return stated;
  const context = process.env.DOCKER_CONTEXT;
  if (context && context !== 'default') return hostOfContext(context);
  return process.env.DOCKER_HOST || LOCAL;
}

function hostOfContext(/** @type {string} */ context) {
  try {
    const format = '{{.Endpoints.docker.Host}}';
    return execFileSync('docker', ['context', 'inspect', context, '--format', format], { encoding: 'utf8' }).trim();
  } catch {
    throw new Failure(
      `The Docker context "${context}" (DOCKER_CONTEXT) cannot be read; set DOCKER_HOST, or state the host in the program.`,
    );
  }
}

/** Options for node:http that reach the engine, whatever the address looks like. */
function connect(/** @type {Address} */ address) {
  const host = resolveHost(address.host);
  const url = new URL(host.replace(/^npipe:\/\/\/?/, 'npipe:///'));
  if (url.protocol === 'unix:') return { host, module: http, options: { socketPath: url.pathname } };
  if (url.protocol === 'npipe:') return { host, module: http, options: { socketPath: host.slice('npipe://'.length) } };
  if (url.protocol === 'ssh:') return { host, module: http, options: { createConnection: () => throughSsh(url) } };
  return overTcp(host, url, address.certPath || process.env.DOCKER_CERT_PATH);
}

function overTcp(/** @type {string} */ host, /** @type {URL} */ url, /** @type {string | undefined} */ certPath) {
  const tls = url.protocol === 'https:' || Boolean(certPath) || Boolean(process.env.DOCKER_TLS_VERIFY);
  const options = { hostname: url.hostname, port: Number(url.port) || (tls ? 2376 : 2375) };
  if (!tls || !certPath) return { host, module: tls ? https : http, options };
  const read = (/** @type {string} */ name) => fs.readFileSync(path.join(certPath, name));
  return {
    host,
    module: https,
    options: { ...options, ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') },
  };
}

/** One ssh process for each connection, as the docker CLI and the provider do it. */
function throughSsh(/** @type {URL} */ url) {
  const target = [...(url.port ? ['-p', url.port] : []), ...(url.username ? ['-l', url.username] : []), url.hostname];
  const child = spawn('ssh', [...target, 'docker', 'system', 'dial-stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on('error', (error) => stream.destroy(error));
  return stream;
}

module.exports = { connect };
