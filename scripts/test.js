'use strict';

// `npm test`: everything that needs no engine, side by side, ending in one line of counts. Arguments go to jest and then
// run only the unit tests: `npm test -- test/values`.

const { existsSync, readFileSync, rmSync, statSync } = require('node:fs');
const path = require('node:path');
const { ensureInstalled, root } = require('./install');
const { testEnvironment } = require('./memory');
const { installed, keyOf, recall, remember } = require('./passed');
const { runNode } = require('./processes');
const { testFiles } = require('./test-files');

const CACHE = 'node_modules/.cache';
const single = (name, result) => ({
  name,
  passed: result.ok ? 1 : 0,
  failed: result.ok ? 0 : 1,
  skipped: [],
  output: result.ok ? '' : result.output,
});

async function lint() {
  const args = ['--cache', '--cache-location', `${CACHE}/eslint/`, '--max-warnings', '0', '.'];
  return single('lint', await runNode('node_modules/eslint/bin/eslint.js', args));
}

async function format() {
  // No option of the command has a say in what the file of the configuration says, so none is worked out for each file.
  const args = ['--check', '--cache', '--config-precedence', 'prefer-file', '--log-level', 'warn', '.'];
  return single('format', await runNode('node_modules/prettier/bin/prettier.cjs', args));
}

/** As a build, because a build looks only at times when nothing changed; it does not look at the packages, so we do. */
async function types() {
  const record = path.join(root, CACHE, 'tsc/check.tsbuildinfo');
  const installed = path.join(root, 'node_modules/.package-lock.json');
  if (existsSync(record) && statSync(record).mtimeMs < statSync(installed).mtimeMs) rmSync(record);
  return single('types', await runNode('node_modules/typescript/bin/tsc', ['--build', '--pretty', 'false']));
}

async function unit(args, name = 'jest-report') {
  const report = path.join(root, CACHE, `${name}.json`);
  rmSync(report, { force: true });
  const words = ['--ci', '--json', `--outputFile=${report}`, ...args];
  const result = await runNode('node_modules/jest/bin/jest.js', words, { env: testEnvironment() });
  return summarizeJest(result, report);
}

function summarizeJest(result, report) {
  let json;
  try {
    json = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return single('unit tests', { ...result, ok: false });
  }
  const tests = json.testResults.flatMap((file) => file.assertionResults);
  return {
    name: 'unit tests',
    passed: json.numPassedTests,
    // A file that cannot even be loaded counts as one failure: it holds no test that could.
    failed: json.numFailedTests + json.numRuntimeErrorTestSuites || (result.ok ? 0 : 1),
    skipped: tests.filter((test) => ['pending', 'todo'].includes(test.status)).map((test) => test.fullName),
    output: result.ok ? '' : result.output.replace(result.stdout, ''),
  };
}

/** Programs that slow tests call. Another version of one is a reason to run them again. */
const PROGRAMS =
  'alloy amtool caddy git loki node npm postgres promtool python3 restic sshd tempo terraform tofu'.split(' ');
const SLOW_PASSED = path.join(root, CACHE, 'slow.json');
const SLOW_INPUTS = ['bin', 'docs', 'lib', 'programs', 'stacks', 'test', 'jest.config.js', 'package-lock.json'];

/** Runs the slow tests when something changed that they may depend on. */
async function slow() {
  const proof = process.env.DOCKER_CONSTRUCTS_PROOF;
  const key = keyOf(SLOW_INPUTS, proof, installed(...PROGRAMS));
  const known = recall(SLOW_PASSED, key);
  if (known !== undefined) return { ...known, note: 'unchanged since they passed' };
  const result = { ...(await unit(['--runTestsByPath', ...testFiles().slow], 'slow-report')), name: 'slow tests' };
  if (result.failed === 0) remember(SLOW_PASSED, key, result);
  return result;
}

const quick = () => unit(['--runTestsByPath', ...testFiles().quick]);

async function consumer() {
  const result = await runNode('test/consumer/run.js', []);
  try {
    return { name: 'consumer', output: '', ...JSON.parse(result.stdout) };
  } catch {
    return single('consumer', { ...result, ok: false });
  }
}

const SITE_PASSED = path.join(root, CACHE, 'site.json');
const SITE_INPUTS = ['lib', 'docs', 'scripts/site.js', 'scripts/site.css', 'typedoc.json', 'package-lock.json'].concat(
  ['README', 'CHANGELOG', 'CONTRIBUTING', 'SECURITY'].map((page) => `${page}.md`),
);

/** Builds what `npm run docs` builds, in another folder, when something changed that it shows. `types` checks the types. */
async function site() {
  const key = keyOf(SITE_INPUTS);
  const known = recall(SITE_PASSED, key);
  if (known !== undefined) return { ...known, note: 'unchanged since it passed' };
  const args = ['--skipErrorChecking', '--out', path.join(CACHE, 'site')];
  const result = single('site of the docs', await runNode('node_modules/typedoc/bin/typedoc', args));
  if (result.failed === 0) remember(SITE_PASSED, key, result);
  return result;
}

async function timed(step) {
  const start = process.hrtime.bigint();
  const result = await step();
  const seconds = Number((process.hrtime.bigint() - start) / 1_000_000n) / 1000;
  if (result.output) console.log(`\n${result.output.trim()}\n`);
  const counts = `${result.passed} passed, ${result.failed} failed`;
  const note = result.note ? `; ${result.note}` : '';
  console.log(`${result.failed ? 'FAIL' : 'ok  '} ${result.name}: ${counts} (${seconds.toFixed(1)} s)${note}`);
  return result;
}

/** As many at a time as there are lanes, in this order. */
async function inLanes(lanes, steps) {
  const results = [];
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) results.push(await timed(step));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

function report(results) {
  const skipped = results.flatMap((result) => result.skipped.map((name) => `${result.name}: ${name}`));
  if (skipped.length) console.log(`\nSkipped:\n${skipped.map((name) => `  - ${name}`).join('\n')}`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed, ${skipped.length} skipped`);
  process.exitCode = sum('failed') > 0 ? 1 : 0;
}

async function main(args) {
  ensureInstalled();
  // What another version of Node can change; scripts/nodes.js asks for it.
  if (args[0] === '--for-node') return report(await inLanes(2, [quick, consumer]));
  if (args.length) return report(await inLanes(1, [() => unit(args)]));
  // Two fill two cores; what takes longest comes first.
  report(await inLanes(2, [quick, consumer, slow, types, site, lint, format]));
}

main(process.argv.slice(2));
