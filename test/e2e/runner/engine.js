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

/** The engine that the docker command would talk to, if it answers. */
function existingEngine() {
  const context = attempt('docker', ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']).stdout;
  const host = process.env.DOCKER_HOST || context || 'unix:///var/run/docker.sock';
  return { host, ok: answers(host).ok };
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
  const nothing = () => undefined;
  const mayStart = isRoot() && hasApt();
  const existing = has('docker', '--version') ? existingEngine() : { ok: false, host: 'no docker command' };
  const useExisting = () => ({ env: { DOCKER_HOST: existing.host }, missing: [], stop: nothing });
  if (existing.ok && !(mayStart && process.env.CI)) return useExisting();
  if (!mayStart) {
    const how = 'install Docker, set DOCKER_HOST, or run this as root on Debian or Ubuntu';
    return { env: {}, missing: [`a Docker Engine that answers (tried ${existing.host}): ${how}`], stop: nothing };
  }
  const { host, directory, problem } = startPrivate();
  if (problem !== undefined)
    return existing.ok ? useExisting() : { env: {}, missing: [`a Docker Engine: ${problem}`], stop: nothing };
  const stop = () => attempt(SCRIPT, ['stop', directory], { seconds: 90, stdio: ['ignore', 'pipe', 'inherit'] });
  return { env: { DOCKER_HOST: host, DOCKER_CONSTRUCTS_E2E_ENGINE: directory }, missing: [], stop };
}

module.exports = { findEngine };
