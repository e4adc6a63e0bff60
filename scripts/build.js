'use strict';

// Compiles lib and the command to dist, makes the gate one file, and copies what is not TypeScript. Incremental: an unchanged tree takes a second.

const { cpSync, existsSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { BUNDLE, bundleGate } = require('./gate');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const compiled = /(?:\.d\.ts|\.d\.ts\.map|\.js)$/;

/** A file left behind by a deleted or renamed source would be published. */
function removeOrphans() {
  const files = existsSync(dist) ? readdirSync(dist, { recursive: true }) : [];
  for (const file of files.filter((name) => compiled.test(name))) {
    if (!existsSync(path.join(root, file.replace(compiled, '.ts')))) rmSync(path.join(dist, file));
  }
}

function compile() {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

/** Files in `programs` that none needs to run: pages, sources of a bundle, and what Python writes beside a program. */
const UNPUBLISHED = /(?:^|\/)(?:README\.md|mypy\.ini|__pycache__|\.mypy_cache|[^/]+\.ts)$/;

function copyFolder(name) {
  const filter = (source) => !UNPUBLISHED.test(source);
  rmSync(path.join(dist, name), { recursive: true, force: true });
  cpSync(path.join(root, name), path.join(dist, name), { recursive: true, filter });
}

removeOrphans();
compile();
writeFileSync(BUNDLE, bundleGate());
for (const name of ['lib/assets', 'programs']) copyFolder(name);
