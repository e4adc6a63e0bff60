'use strict';

// What takes long is not run again before something changed that it may depend on.

const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { root } = require('./install');

/** All files at or below a path of the repository. */
function filesBelow(input) {
  if (statSync(path.join(root, input)).isFile()) return [input];
  const names = readdirSync(path.join(root, input));
  return names.sort().flatMap((name) => filesBelow(path.join(input, name)));
}

/** Says by which inputs something passed: files and folders of the repository, words beside, and the version of Node. */
function keyOf(inputs, ...words) {
  const hash = createHash('sha256').update(JSON.stringify([process.version, ...words]));
  for (const file of inputs.flatMap(filesBelow)) {
    const content = readFileSync(path.join(root, file));
    hash.update(`\0${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Tells installed programs from those of another version: where each is found, and of when. */
function installed(...programs) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', ...foldersOf('/usr/lib/postgresql')];
  const files = programs.flatMap((program) => folders.map((folder) => path.join(folder, program)));
  return files.flatMap((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found ? [file, found.size, found.mtimeMs] : [];
  });
}

function foldersOf(directory) {
  return existsSync(directory) ? readdirSync(directory).map((version) => path.join(directory, version, 'bin')) : [];
}

/** The result that was noted in a file with the same key. */
function recall(file, key) {
  try {
    const noted = JSON.parse(readFileSync(file, 'utf8'));
    return noted.key === key ? noted.result : undefined;
  } catch {
    // Never written, or not to its end.
    return undefined;
  }
}

function remember(file, key, result) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ key, result }));
}

module.exports = { installed, keyOf, recall, remember };
