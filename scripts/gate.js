'use strict';

// Makes the gate one file: a rollout starts it dozens of times, and the host that deploys has none of our packages.
// `node scripts/gate.js` writes the file into the tree, and so does `npm run build`.

const { writeFileSync } = require('node:fs');
const path = require('node:path');
const esbuild = require('esbuild');

const root = path.join(__dirname, '..');
const BUNDLE = path.join(root, 'programs/gate/main.cjs');
const BANNER = '// Made from main.ts by `npm run build`.';

/** Returns the text of the program in one file. */
function bundleGate() {
  const { outputFiles } = esbuild.buildSync({
    absWorkingDir: root,
    entryPoints: ['programs/gate/main.ts'],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20.9',
    charset: 'utf8',
    banner: { js: BANNER },
  });
  return outputFiles[0].text;
}

if (require.main === module) writeFileSync(BUNDLE, bundleGate());

module.exports = { BUNDLE, bundleGate };
