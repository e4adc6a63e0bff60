'use strict';

// The archive that `npm publish` takes, and the programs that judge it.

const { mkdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { root } = require('./install');
const { runNode, runNpm } = require('./processes');

/** Builds and packs the library as `npm publish` would, and returns the path of the archive. */
async function pack(directory) {
  mkdirSync(directory, { recursive: true });
  const built = await runNode('scripts/build.js', []);
  if (!built.ok) throw new Error(`npm run build failed:\n${built.output}`);
  const packed = await runNpm(['pack', '--ignore-scripts', '--pack-destination', directory]);
  if (!packed.ok) throw new Error(`npm pack failed:\n${packed.output}`);
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return path.join(directory, `${name}-${version}.tgz`);
}

/** Returns the programs that judge an archive, by name; each is run when it is called. */
function judges(archive) {
  return {
    publint: () => runNode('node_modules/publint/src/cli.js', ['run', archive, '--strict']),
    'are the types wrong': () => runNode('node_modules/@arethetypeswrong/cli/dist/index.js', [archive, '--no-emoji']),
  };
}

module.exports = { judges, pack };
