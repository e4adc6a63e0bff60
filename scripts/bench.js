'use strict';

// `npm run bench`: the figures of docs/performance.md, measured side by side. The programs are in test/bench.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { environment } = require('./environment');
const { ensureInstalled, root } = require('./install');

ensureInstalled();
const tsNode = path.join(root, 'node_modules/ts-node/dist/bin.js');
const program = path.join(root, 'test/bench/main.ts');
const env = { ...environment(), CHECKPOINT_DISABLE: '1' };
const { status } = spawnSync(process.execPath, [tsNode, program, ...process.argv.slice(2)], { stdio: 'inherit', env });
process.exit(status ?? 1);
