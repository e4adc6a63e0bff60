// A step of a rollout that Terraform cannot do itself, run by its provisioners on the operator's machine: waits for a
// container, hands over between two, reloads a configuration. It needs Node and the Docker Engine, nothing else.

import { engineAddress } from './address';
import { readArguments } from './arguments';
import { Containers } from './containers';
import { Engine } from './engine';
import { isFailure } from './failure';
import { handover } from './handover';
import { healthy } from './healthy';
import { endEarly } from './interruption';
import { job } from './job';
import { closeHandovers, openHandover } from './open';
import { notePassed } from './passed';
import { limits } from './processes';
import { reload } from './reload';
import { say } from './report';

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

function exitCodeOf(error: unknown): number {
  if (isFailure(error)) {
    say(error.message);
    return error.exitCode;
  }
  say(`The Docker Engine failed: ${(error as Error).message}`);
  return 1;
}

void main()
  .catch(exitCodeOf)
  .then((code) => {
    process.exitCode = code;
    setTimeout(() => process.exit(), FAREWELL).unref();
  });
