'use strict';

const { attempt } = require('./programs');

/** All stacks of the tests are called so, and no other stack is. */
const PREFIX = 'mnemolite-e2e';
const LABEL = 'docker-constructs.stack';

const KINDS = [
  { list: ['ps', '--all', '--format', `{{.ID}} {{.Label "${LABEL}"}}`], remove: ['rm', '--force', '--volumes'] },
  // The name is what the stack label is made of; a container that lost its label would hold the networks.
  { list: ['ps', '--all', '--format', '{{.ID}} {{.Names}}'], remove: ['rm', '--force', '--volumes'] },
  { list: ['network', 'ls', '--format', '{{.Name}} {{.Name}}'], remove: ['network', 'rm'] },
  { list: ['volume', 'ls', '--format', '{{.Name}} {{.Name}}'], remove: ['volume', 'rm'] },
  {
    list: ['image', 'ls', '--format', '{{.Repository}}:{{.Tag}} {{.Repository}}'],
    remove: ['image', 'rm', '--force'],
  },
];

/** Removes what belongs to stacks of the tests, by their label and names. Nothing else on the engine is touched. */
function removeLeftovers(host) {
  for (const { list, remove } of KINDS) {
    const lines = attempt('docker', ['--host', host, ...list]).stdout.split('\n');
    const ids = lines.map((line) => line.split(' ')).filter(([, name]) => name?.startsWith(PREFIX));
    if (ids.length > 0) attempt('docker', ['--host', host, ...remove, ...ids.map(([id]) => id)], { seconds: 120 });
  }
}

module.exports = { removeLeftovers };
