'use strict';

// `npm run test:e2e`: the tests against a real Docker Engine with the real provider. Finds or starts what they need, says
// loudly what it cannot find, and removes what they leave. Arguments go to jest: `npm run test:e2e -- -t websocket`.

const { spawn } = require('node:child_process');
const { mkdirSync, mkdtempSync, rmSync } = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { environment } = require('./environment');
const { ensureInstalled, root } = require('./install');

const runner = (name) => require(path.join(root, 'test/e2e/runner', name));
const { findTerraform } = runner('terraform');
const { findEngine, imageStores, missingEngine } = runner('engine');
const { findImages } = runner('images');
const { findParts } = runner('parts');
const { removeLeftovers } = runner('leftovers');
const { printCounts, printFigures, printSkipped, readReport } = runner('report');

/** Matches no name: jest then lists every test as skipped. */
const NONE = ['--testNamePattern', '(?!)', '--silent', '--reporters'];

/**
 * What runs side by side, one lot after the other. Files that share a stack are in one group, in the order of their names.
 * The groups of the first lot wait for most of their time and touch nothing of each other; the second one kills the engine,
 * which nobody else may be using then, and goes on with the stacks of the first and the last group.
 */
const LOTS = [['0[1-6]-', '(1[12578]|21-(builds|hostile))', '(09|1[036]|21-kill)', '(1[49]|22)-'], ['(0[78]|20)-']];
/** What touches images, builds, gates and rollouts: it runs on the second image store, too. */
const LOTS_AGAIN = [['0[13]-', '(09|21-builds)']];

let runs = 0;

/** Terraform's cache of providers is not for several of them at a time. */
function withPluginCache(env) {
  const directory = path.join(env.DOCKER_CONSTRUCTS_E2E_DIRECTORY, `plugins-${runs}`);
  mkdirSync(directory);
  return { ...env, TF_PLUGIN_CACHE_DIR: directory };
}

function jest(args, env) {
  const report = path.join(env.DOCKER_CONSTRUCTS_E2E_DIRECTORY, `report-${(runs += 1)}.json`);
  const words = ['node_modules/jest/bin/jest.js', '--config', 'test/e2e/jest.config.js', '--runInBand', '--ci'];
  const child = spawn(process.execPath, [...words, '--json', `--outputFile=${report}`, ...args], {
    cwd: root,
    env: withPluginCache(env),
    // Its JSON goes to the file and to standard output, where nobody wants it.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const end = (signal) => child.kill(signal);
  process.on('SIGINT', end).on('SIGTERM', end);
  return new Promise((resolve) => child.on('close', () => resolve(readReport(report))));
}

/** What the tests on one image store need. */
function findAll(terraform, store) {
  if (terraform.missing.length > 0) {
    return { env: {}, missing: [...terraform.missing, ...missingEngine()], stop: () => undefined };
  }
  const engine = findEngine(store);
  if (engine.missing.length > 0) return engine;
  const host = engine.env.DOCKER_HOST;
  const images = findImages(host);
  const { DOCKER_CONSTRUCTS_IMAGE_SOURCES: standIns } = { ...process.env, ...images.env };
  const parts = images.missing.length > 0 ? {} : findParts(host, standIns === undefined);
  const env = { ...terraform.env, ...engine.env, ...images.env, ...parts };
  return { env, missing: images.missing, stop: engine.stop };
}

async function inLots(lots, env) {
  const results = [];
  for (const lot of lots) results.push(...(await Promise.all(lot.map((names) => jest([`test/e2e/${names}`], env)))));
  return sumOf(results);
}

function sumOf(results) {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

async function skipAll(missing, env) {
  const { skipped } = await jest([...NONE, path.join(root, 'test/e2e/runner/silent.js')], env);
  console.log(`NO ENGINE TEST WAS RUN. Missing:\n${missing.map((what) => `  - ${what}`).join('\n')}`);
  printSkipped(skipped);
  return { passed: 0, failed: 0, skipped };
}

async function runAll(args, lots, env) {
  removeLeftovers(env.DOCKER_HOST);
  try {
    const result = args.length === 0 ? await inLots(lots, env) : await jest(args, env);
    printFigures(env.DOCKER_CONSTRUCTS_E2E_DIRECTORY);
    if (!args.some((word) => /^(-t|--testNamePattern)/.test(word))) printSkipped(result.skipped);
    return result;
  } finally {
    removeLeftovers(env.DOCKER_HOST);
  }
}

/** The tests on one image store, in a folder of their own. */
async function onStore(args, lots, terraform, store) {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'docker-constructs-e2e-'));
  const found = findAll(terraform, store);
  // Nothing of a test is worth a call home.
  const base = { ...environment(), CHECKPOINT_DISABLE: '1', DOCKER_CONSTRUCTS_E2E_DIRECTORY: directory };
  const env = { ...base, ...found.env };
  try {
    if (found.missing.length > 0) return await skipAll(found.missing, env);
    return await runAll(args, lots, env);
  } finally {
    found.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Named tests run on one image store; DOCKER_CONSTRUCTS_E2E_STORE chooses it. */
function storesFor(args) {
  const stores = imageStores();
  const chosen = process.env.DOCKER_CONSTRUCTS_E2E_STORE;
  if (chosen && stores.length > 1) return stores.filter((store) => store === chosen);
  return args.length === 0 ? stores : stores.slice(0, 1);
}

async function main(args) {
  ensureInstalled();
  // Terraform first: it is the quickest to find missing.
  const terraform = findTerraform();
  const stores = terraform.missing.length > 0 ? [undefined] : storesFor(args);
  const results = [];
  for (const [at, store] of stores.entries()) {
    results.push(await onStore(args, at === 0 ? LOTS : LOTS_AGAIN, terraform, store));
  }
  const result = sumOf(results);
  process.exitCode = result.failed > 0 ? 1 : 0;
  printCounts(result);
}

void main(process.argv.slice(2));
