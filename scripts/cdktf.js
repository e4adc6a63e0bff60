'use strict';

// `npm run synth`, `npm run deploy -- <stack>` and `npm run destroy -- <stack>`: cdktf with the options that always apply.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { environment } = require('./environment');
const { ensureInstalled, root } = require('./install');

// cdktf locks the provider's checksums for platforms nobody deploys from, in a folder git ignores; it only costs a download.
const NO_LOCK = ['--skip-provider-lock'];
const OPTIONS = { synth: [], diff: NO_LOCK, deploy: NO_LOCK, destroy: NO_LOCK };
const APPROVE = '--auto-approve';

const has = (program) => spawnSync(program, ['version'], { stdio: 'ignore' }).status === 0;

/** OpenTofu serves where Terraform is not installed; a choice already made in the environment stands. */
function terraformBinary() {
  if (process.env.TERRAFORM_BINARY_NAME) return {};
  return !has('terraform') && has('tofu') ? { TERRAFORM_BINARY_NAME: 'tofu' } : {};
}

/** cdktf's question crashes without a terminal. Deploying may then go ahead; destroying must have been asked for. */
function approval(command, args) {
  if (process.stdin.isTTY || args.includes(APPROVE) || !['deploy', 'destroy'].includes(command)) return [];
  if (command === 'deploy') return [APPROVE];
  console.error(`Without a terminal to ask in, destroy needs a clear yes: npm run destroy -- <stack> ${APPROVE}`);
  process.exit(2);
}

function main([command, ...args]) {
  if (!Object.hasOwn(OPTIONS, command ?? '')) {
    console.error(`Unknown command ${JSON.stringify(command)}. Known: ${Object.keys(OPTIONS).join(', ')}.`);
    process.exit(2);
  }
  const options = [...OPTIONS[command], ...approval(command, args)];
  ensureInstalled();
  const cdktf = path.join(root, 'node_modules/cdktf-cli/bundle/bin/cdktf');
  const env = { ...environment(), ...terraformBinary() };
  const { status } = spawnSync(process.execPath, [cdktf, command, ...args, ...options], {
    cwd: root,
    stdio: 'inherit',
    env,
  });
  process.exit(status ?? 1);
}

main(process.argv.slice(2));
