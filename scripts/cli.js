'use strict';

// `npm run demo` and `npm run secrets` on a fresh clone: install what is missing, then hand over to the program.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { environment } = require('./environment');
const { ensureInstalled, root } = require('./install');

ensureInstalled();
const tsNode = path.join(root, 'node_modules/ts-node/dist/bin.js');
const { status } = spawnSync(process.execPath, [tsNode, 'bin/cli.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: environment(),
});
process.exit(status ?? 1);
