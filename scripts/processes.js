'use strict';

const { accessSync, constants } = require('node:fs');
const { spawn } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');
const { root } = require('./install');

/** Runs a program to its end and hands back what it printed, both streams in the order in which they came. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ ok: false, status: null, output: error.message, stdout }));
    child.on('close', (status) => resolve({ ok: status === 0, status, output, stdout }));
  });
}

/** Runs the program of an installed package by its script, which works the same on every platform. */
const runNode = (script, args, options) => run(process.execPath, [path.join(root, script), ...args], options);

function canWriteHome() {
  try {
    accessSync(os.homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Runs npm, which keeps its cache in the home folder, or in ours where that cannot be written. */
function runNpm(args, options = {}) {
  const cache = canWriteHome() ? {} : { npm_config_cache: path.join(root, 'node_modules/.cache/npm') };
  const env = { ...cache, ...process.env };
  return run('npm', args, { env, shell: process.platform === 'win32', ...options });
}

module.exports = { run, runNode, runNpm };
