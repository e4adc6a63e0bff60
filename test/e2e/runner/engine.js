'use strict';

const os = require('node:os');
const path = require('node:path');
const { attempt, has, hasApt, isRoot } = require('./programs');

const SCRIPT = path.join(__dirname, '..', 'engine', 'private-engine.sh');
/** Sockets below it must have short paths. */
const LONGEST = 60;

/** The private engine's folder. It stays, so that the next run finds the images; nothing runs in it in between. */
function privateDirectory() {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const directory = path.join(cache, 'docker-constructs', 'engine');
  return directory.length <= LONGEST ? directory : path.join(os.tmpdir(), 'docker-constructs-engine');
}

const answers = (host) => attempt('docker', ['--host', host, 'version'], { seconds: 30 });

/** The tests send requests to ports of this machine, so the engine has to be on it. */
const isHere = (host) => /^(unix|npipe):/.test(host);

/** The engine that the docker command would talk to: its address where it answers, else why it is of no use. */
function existingEngine() {
  if (!has('docker', '--version')) return { problem: 'there is no docker command' };
  const context = attempt('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']).stdout;
  const host = process.env.DOCKER_HOST || context || 'unix:///var/run/docker.sock';
  if (!isHere(host)) return { problem: `${host} is another machine` };
  return answers(host).ok ? { host } : { problem: `${host} does not answer` };
}

const mayStart = () => isRoot() && hasApt();
const missing = (problem) => {
  const how = 'install Docker, set DOCKER_HOST, or run this as root on Debian or Ubuntu';
  return [`a Docker Engine on this machine (${problem}): ${how}`];
};

/** What is missing for an engine, without starting one. */
function missingEngine() {
  const { problem } = existingEngine();
  return problem === undefined || mayStart() ? [] : missing(problem);
}

/** Starts an engine of our own, from the distribution's packages. */
function startPrivate() {
  const installed = attempt(SCRIPT, ['install'], { seconds: 300, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!installed.ok) return { problem: 'the private engine could not be installed, see above' };
  const directory = privateDirectory();
  console.log(`Starting a private Docker Engine in ${directory}`);
  const started = attempt(SCRIPT, ['start', directory], { seconds: 120, stdio: ['ignore', 'pipe', 'inherit'] });
  return started.ok ? { host: started.stdout, directory } : { problem: 'the private engine did not start, see above' };
}

/**
 * An engine that answers; without one, or where CI is set, a private one, which a test may also kill.
 * @returns {{ env: Record<string, string>, missing: string[], stop: () => void }}
 */
function findEngine() {
  const existing = existingEngine();
  const useExisting = () => ({ env: { DOCKER_HOST: existing.host }, missing: [], stop: () => undefined });
  const ours = mayStart();
  if (existing.host && !(ours && process.env.CI)) return useExisting();
  const { host, directory, problem } = ours ? startPrivate() : existing;
  if (problem !== undefined) {
    return existing.host ? useExisting() : { env: {}, missing: missing(problem), stop: () => undefined };
  }
  const stop = () => attempt(SCRIPT, ['stop', directory], { seconds: 90, stdio: ['ignore', 'pipe', 'inherit'] });
  return { env: { DOCKER_HOST: host, DOCKER_CONSTRUCTS_E2E_ENGINE: directory }, missing: [], stop };
}

module.exports = { findEngine, missingEngine };
