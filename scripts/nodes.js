'use strict';

// `npm run test:nodes`: the unit tests and the consumers under each version of Node that the library supports, or under
// those that are named: `npm run test:nodes -- 22 24`. `node scripts/nodes.js --folder 26` prints the folder of one.

const { existsSync, mkdirSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const path = require('node:path');
const { ensureInstalled, root } = require('./install');
const { runNpm } = require('./processes');

const SUPPORTED = ['20', '22', '24', '26'];
const CACHE = path.join(root, 'node_modules/.cache/nodes');
const COUNTS = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m;

/** Folder with the program of a version, from the package `node`; undefined where the registry does not answer. */
async function folderOf(version) {
  const directory = path.join(CACHE, version);
  const folder = path.join(directory, 'node_modules/node/bin');
  if (existsSync(path.join(folder, 'node'))) return folder;
  mkdirSync(directory, { recursive: true });
  writeFileSync(path.join(directory, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`];
  const { ok, output } = await runNpm(args, { cwd: directory });
  if (ok && existsSync(path.join(folder, 'node'))) return folder;
  console.error(`Node ${version} cannot be installed:\n${output}`);
  return undefined;
}

/** Passes on what the tests print, but for their line of counts, which is one of several here. */
function testUnder(folder) {
  const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` };
  const words = [path.join(root, 'scripts/test.js'), '--for-node'];
  const child = spawn(path.join(folder, 'node'), words, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.on('close', () => {
      console.log(output.replace(COUNTS, '').trim());
      const [, ...counts] = COUNTS.exec(output) ?? ['', '0', '1', '0'];
      resolve(counts.map(Number));
    });
  });
}

async function testVersion(version) {
  console.log(`\nNode ${version}`);
  const folder = await folderOf(version);
  if (folder !== undefined) return testUnder(folder);
  console.log(`Skipped:\n  - Node ${version}: npm could not install it`);
  return [0, 0, 1];
}

async function main(words) {
  if (words[0] === '--folder') {
    const folder = await folderOf(words[1]);
    if (folder !== undefined) console.log(folder);
    process.exitCode = folder === undefined ? 1 : 0;
    return;
  }
  ensureInstalled();
  const sums = [0, 0, 0];
  for (const version of words.length > 0 ? words : SUPPORTED) {
    (await testVersion(version)).forEach((count, index) => (sums[index] += count));
  }
  const [passed, failed, skipped] = sums;
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
