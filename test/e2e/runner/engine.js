'use strict';

const os = require('node:os');
const path = require('node:path');
const { attempt, has, hasApt, isRoot } = require('./programs');

const FOLDER = path.join(__dirname, '..', 'engine');
const SCRIPT = path.join(FOLDER, 'private-engine.sh');
const NEWEST = path.join(FOLDER, 'newest-engine.sh');
/** Sockets below it must have short paths. */
const LONGEST = 60;
/** Image stores of an engine: the one of new installations, and the one of older ones. */
const STORES = ['containerd', 'overlay2'];

/** Folder of the private engine with this image store. It stays, so that the next run finds the images. */
function privateDirectory(store) {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  const name = store === 'overlay2' ? 'engine' : `engine-${store}`;
  const directory = path.join(cache, 'docker-constructs', name);
  return directory.length <= LONGEST ? directory : path.join(os.tmpdir(), `docker-constructs-${name}`);
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

/** Puts the newest engine that Debian has in front of the PATH; what is installed stays where there is none. */
function useNewest() {
  const newest = attempt(NEWEST, [], { seconds: 600, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!newest.ok) return console.log('The newest engine could not be had, see above: the distribution has another one');
  process.env.PATH = `${path.join(newest.stdout, 'bin')}${path.delimiter}${process.env.PATH}`;
  process.env.DOCKER_CONFIG = path.join(newest.stdout, 'config');
}

/** Starts an engine of our own with this image store. */
function startPrivate(store) {
  const installed = attempt(SCRIPT, ['install'], { seconds: 300, stdio: ['ignore', 'pipe', 'inherit'] });
  if (!installed.ok) return { problem: 'the private engine could not be installed, see above' };
  const directory = privateDirectory(store);
  console.log(`Starting a private Docker Engine with image store ${store} in ${directory}`);
  const words = store === 'containerd' ? ['--containerd-store'] : [];
  const options = { seconds: 120, stdio: ['ignore', 'pipe', 'inherit'] };
  const started = attempt(SCRIPT, ['start', directory, ...words], options);
  return started.ok ? { host: started.stdout, directory } : { problem: 'the private engine did not start, see above' };
}

function nothingToStop() {}

/** The image store of an engine, for the tests. */
function storeOf(host) {
  const { stdout } = attempt('docker', ['--host', host, 'info', '--format', '{{.DriverStatus}}']);
  return { DOCKER_CONSTRUCTS_E2E_STORE: stdout.includes('containerd.snapshotter') ? 'containerd' : 'overlay2' };
}

function privateEngine(store) {
  const { host, directory, problem } = startPrivate(store);
  if (problem !== undefined) return { env: {}, missing: missing(problem), stop: nothingToStop };
  const stop = () => attempt(SCRIPT, ['stop', directory], { seconds: 90, stdio: ['ignore', 'pipe', 'inherit'] });
  return { env: { DOCKER_HOST: host, DOCKER_CONSTRUCTS_E2E_ENGINE: directory, ...storeOf(host) }, missing: [], stop };
}

/** Image stores to test on: all where the engines are our own, else the one that the engine has. */
function imageStores() {
  const { host } = existingEngine();
  if (!mayStart() || (host && !process.env.CI)) return [undefined];
  useNewest();
  return STORES;
}

/**
 * An engine that answers, for an undefined image store; else a private one, which a test may also kill.
 * @returns {{ env: Record<string, string>, missing: string[], stop: () => void }}
 */
function findEngine(store) {
  if (store !== undefined) return privateEngine(store);
  const { host, problem } = existingEngine();
  if (host) return { env: { DOCKER_HOST: host, ...storeOf(host) }, missing: [], stop: nothingToStop };
  return { env: {}, missing: missing(problem), stop: nothingToStop };
}

module.exports = { findEngine, imageStores, missingEngine };
