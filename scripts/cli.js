'use strict';

// `npm run demo`, `synth`, `deploy`, `destroy`, `secrets` and `restore`: install what is missing, then hand over to the program.

const { spawn } = require('node:child_process');
const path = require('node:path');
const { ensureInstalled, root } = require('./install');

const [command, ...words] = process.argv.slice(2);
const program = command === 'demo' ? ['bin/demo.ts', ...words] : ['bin/cli.ts', command, ...words];

ensureInstalled();
const tsNode = path.join(root, 'node_modules/ts-node/dist/bin.js');
const child = spawn(process.execPath, [tsNode, ...program], { cwd: root, stdio: 'inherit' });
// An interruption from the keyboard reaches the program too, which ends when Terraform has; we wait for it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (status) => process.exit(status ?? 1));
