'use strict';

const { spawnSync } = require('node:child_process');

/** Runs a program to its end: what it printed, and whether it worked. Never throws. */
function attempt(program, args, { seconds = 60, ...options } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  const text = `${stdout ?? ''}${stderr ?? ''}${error ? error.message : ''}`.trim();
  return { ok: status === 0, stdout: (stdout ?? '').trim(), text };
}

const has = (program, ...args) => attempt(program, args).ok;
const isRoot = () => process.getuid?.() === 0;

/** Debian and its children; the private engine and the stand-in images are made of their packages. */
const hasApt = () => process.platform === 'linux' && has('apt-get', '--version');

module.exports = { attempt, has, hasApt, isRoot };
