// @ts-check
'use strict';
// A step of a rollout that Terraform cannot do itself, run by its provisioners on the operator's machine: waits for a
// container, hands over between two, reloads a configuration. It needs Node and the Docker Engine, nothing else.

const { engineAddress } = require('./address.cjs');
const { readArguments } = require('./arguments.cjs');
const { Containers } = require('./containers.cjs');
const { Engine } = require('./engine.cjs');
const { Failure } = require('./failure.cjs');
const { handover } = require('./handover.cjs');
const { healthy } = require('./healthy.cjs');
const { endEarly } = require('./interruption.cjs');
const { job } = require('./job.cjs');
const { closeHandovers, openHandover } = require('./open.cjs');
const { notePassed } = require('./passed.cjs');
const { limits } = require('./processes.cjs');
const { reload } = require('./reload.cjs');
const { say } = require('./report.cjs');

const COMMANDS = { healthy, job, open: openHandover, close: closeHandovers, handover, reload, limits };
/** Milliseconds for which open handles may delay the end of the program. */
const FAREWELL = 500;

async function main() {
  const { name, options } = readArguments(process.argv.slice(2), process.env);
  const engine = new Engine(engineAddress(options, process.env), options.sshOptions);
  endEarly(engine, options);
  try {
    const code = await COMMANDS[name](new Containers(engine), options);
    if (code === 0) notePassed(options.containers);
    return code;
  } finally {
    engine.close();
  }
}

/** @param {unknown} error @returns {number} */
function exitCodeOf(error) {
  if (error instanceof Failure) {
    say(error.message);
    return error.exitCode;
  }
  say(`The Docker Engine failed: ${/** @type {Error} */ (error).message}`);
  return 1;
}

void main()
  .catch(exitCodeOf)
  .then((code) => {
    process.exitCode = code;
    setTimeout(() => process.exit(), FAREWELL).unref();
  });
