'use strict';

// `npm run release -- 0.2.0`: makes the commit, the tag and the archive of a version here, and publishes nothing.
// `--dry-run` makes the same checks of the tree and says what would change. A mistake leaves the tree as it was.

const { readFileSync, rmSync, writeFileSync } = require('node:fs');
const { spawn, spawnSync } = require('node:child_process');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ensureInstalled, root } = require('./install');
const { judges, pack } = require('./pack');
const { ReleaseError, releasedFiles } = require('./release-texts');

const BRANCH = 'main';

/** Runs git in a folder and returns what it prints. */
function gitIn(folder) {
  return (...args) => {
    const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new ReleaseError(`git ${args[0]} failed: ${(error?.message ?? stderr).trim()}`);
    return stdout.trimEnd();
  };
}

const changedIn = (git) =>
  git('status', '--porcelain')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.slice(3))
    .sort();

function assertReady(git, tag) {
  const branch = git('branch', '--show-current');
  if (branch !== BRANCH) throw new ReleaseError(`a release is made on the branch ${BRANCH}, got "${branch}"`);
  const changed = changedIn(git);
  if (changed.length > 0)
    throw new ReleaseError(`the tree must be clean, got changes of ${changed.join(', ')}; commit them`);
  if (git('tag', '--list', tag) !== '') throw new ReleaseError(`the tag ${tag} exists; choose another version`);
}

/** Commits the files and tags the commit. What else changed meanwhile would be in the tests, but not in the release. */
function commit(git, { head, files, version, tag }) {
  const others = changedIn(git).filter((file) => !files.includes(file));
  if (others.length > 0 || git('rev-parse', 'HEAD') !== head) {
    throw new ReleaseError(`the tree changed while the release was tested (${others.join(', ') || 'a new commit'})`);
  }
  git('commit', '--quiet', '--message', `release: ${version}`, '--only', '--', ...files);
  git('tag', '--annotate', tag, '--message', `docker-constructs ${version}`);
}

/** Puts the files, and the branch, back where they were. Other files are not touched. */
function undo(git, { head, files, version }) {
  if (git('log', '-1', '--format=%P %s') === `${head} release: ${version}`) git('reset', '--quiet', '--soft', head);
  git('restore', `--source=${head}`, '--staged', '--worktree', '--', ...files);
}

/**
 * Makes a release in a folder. `verify` tests the changed tree and makes the archive. It throws where something is wrong:
 * then the files, the branch and the tags are as before.
 */
async function release({ folder, version, date, dryRun, verify, say }) {
  const git = gitIn(folder);
  const tag = `v${version}`;
  const texts = releasedFiles((file) => readFileSync(path.join(folder, file), 'utf8'), version, date);
  assertReady(git, tag);
  const plan = { head: git('rev-parse', 'HEAD'), files: Object.keys(texts), version, tag };
  const archive = `docker-constructs-${version}.tgz`;
  const steps = [
    `change ${plan.files.join(', ')}`,
    'test',
    `make ${archive}`,
    `commit "release: ${version}"`,
    `tag ${tag}`,
  ];
  if (dryRun) return say(`Would ${steps.join('; ')}`);
  try {
    for (const [file, text] of Object.entries(texts)) writeFileSync(path.join(folder, file), text);
    await verify(folder);
    commit(git, plan);
  } catch (error) {
    undo(git, plan);
    rmSync(path.join(folder, archive), { force: true });
    say('The files, the branch and the tags are as before.');
    throw error;
  }
  say(`Made the commit "release: ${version}", the tag ${tag} and ${archive}. To publish them:`);
  return say(`  git push --atomic origin ${BRANCH} ${tag}\n  npm publish ${archive}`);
}

let testing;
let interruption;

function runTests() {
  testing = spawn(process.execPath, [path.join(root, 'scripts/test.js')], { cwd: root, stdio: 'inherit' });
  return new Promise((resolve) => testing.on('close', resolve));
}

async function verify(folder) {
  if ((await runTests()) !== 0) throw new ReleaseError('npm test failed, see above');
  for (const [name, judge] of Object.entries(judges(await pack(folder)))) {
    const { ok, output } = await judge();
    if (!ok) throw new ReleaseError(`${name} refuses the archive:\n${output}`);
  }
  if (interruption !== undefined) throw new ReleaseError(`interrupted by ${interruption}`);
}

function words() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } });
    if (positionals.length > 1) throw new ReleaseError('more than a version');
    return { version: positionals[0], dryRun: values['dry-run'] };
  } catch {
    const got = process.argv.slice(2).join(' ');
    throw new ReleaseError(`the command must be npm run release -- 1.2.3 [--dry-run], got the arguments "${got}"`);
  }
}

async function main() {
  // The tests end, and the tree is put back.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interruption = signal;
      testing?.kill(signal);
    });
  }
  try {
    const date = new Date().toISOString().slice(0, 10);
    const { version, dryRun } = words();
    ensureInstalled();
    await release({ folder: root, version, date, dryRun, verify, say: console.log });
  } catch (error) {
    console.error(error instanceof ReleaseError ? error.message : error.stack);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();

module.exports = { release };
