'use strict';

const { existsSync, readFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const readLock = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;

/** Optional packages are left out on platforms they were not made for, so their absence says nothing. */
const isOut = (wanted, installed) => !wanted.optional && installed?.version !== wanted.version;

/** Whether node_modules holds what package-lock.json says, going by npm's own record of what it installed. */
function isInstalled() {
  if (!existsSync(path.join(root, 'node_modules/.package-lock.json'))) return false;
  const installed = readLock('node_modules/.package-lock.json');
  return Object.entries(readLock('package-lock.json')).every(
    ([key, wanted]) => key === '' || !isOut(wanted, installed[key]),
  );
}

/** Makes node_modules match package-lock.json; plain Node, because it runs when nothing is installed yet. */
function ensureInstalled() {
  if (isInstalled()) return;
  const fresh = !existsSync(path.join(root, 'node_modules'));
  const args = [fresh ? 'ci' : 'install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  console.log(`Installing packages: npm ${args.join(' ')}`);
  const { status } = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error('npm could not install the packages; its message is above. Nothing was run.');
    process.exit(1);
  }
}

module.exports = { ensureInstalled, root };
