// @ts-check
'use strict';
const { parseArgs } = require('node:util');
const { Engine } = require('./engine.cjs');
const { Failure } = require('./failure.cjs');
const { handover } = require('./handover.cjs');
const { healthy } = require('./healthy.cjs');
const { job } = require('./job.cjs');
const { reload } = require('./reload.cjs');

/** @typedef {Record<string, string | undefined>} Words */

/** What each step needs, by name. @type {Record<string, { needs: string[], run: (engine: Engine, words: any) => Promise<void> }>} */
const STEPS = {
  healthy: {
    needs: ['container', 'timeout'],
    run: (engine, words) => healthy(engine, { ...words, timeout: Number(words.timeout) }),
  },
  job: {
    needs: ['container', 'timeout'],
    run: (engine, words) => job(engine, { ...words, timeout: Number(words.timeout) }),
  },
  handover: {
    needs: ['container', 'predecessors', 'grace'],
    run: (engine, words) => handover(engine, { ...words, grace: Number(words.grace) }),
  },
  reload: {
    needs: ['container', 'target', 'staged', 'live'],
    run: (engine, words) => reload(engine, { ...words, command: JSON.parse(process.env.GATE_EXEC ?? '[]') }),
  },
};

const OPTIONS = [
  'container',
  'timeout',
  'predecessors',
  'prepare',
  'grace',
  'target',
  'staged',
  'live',
  'host',
  'cert-path',
];

async function main() {
  const { step, words } = parse();
  const { needs, run } = STEPS[step] ?? usage(`unknown step "${step}"`);
  const missing = needs.filter((name) => !words[name]);
  if (missing.length > 0) usage(`${step} needs --${missing.join(' --')}`);
  await run(new Engine({ host: words.host, certPath: words['cert-path'] }), words);
}

function parse() {
  try {
    const options = Object.fromEntries(OPTIONS.map((name) => [name, { type: /** @type {const} */ ('string') }]));
    const { positionals, values } = parseArgs({ options, allowPositionals: true });
    return { step: positionals[0] ?? '', words: /** @type {Words} */ (values) };
  } catch (error) {
    return usage(error instanceof Error ? error.message : String(error));
  }
}

/** @returns {never} */
function usage(/** @type {string} */ problem) {
  throw new Failure(`gate: ${problem}; steps are ${Object.keys(STEPS).join(', ')}`, 2);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof Failure ? error.message : String(error?.stack ?? error)}\n`);
    process.exit(error instanceof Failure ? error.exitCode : 1);
  },
);
