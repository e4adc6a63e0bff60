import { homedir } from 'node:os';
import { ask } from '../lib/cli/terminal/ask';
import type { Session } from '../lib/cli/terraform/session';
import { ConfigurationError } from '../lib/values';

/** True in the repository, where npm's scripts run the sources; a package runs the compiled program by its name. */
const isSource = __filename.endsWith('.ts');

/** The session of this process. */
export const session: Session = {
  directory: process.cwd(),
  environment: process.env,
  home: homedir(),
  platform: process.platform,
  isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  hasColours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  call: (command) => (isSource ? `npm run ${command} --` : `npx docker-constructs ${command}`),
  ask,
  print: (line) => console.log(line),
  warn: (line) => console.error(line),
};

/** Errors of an output without a reader: `head` has ended, or the terminal is gone. */
const UNREAD = ['EPIPE', 'EIO'];

/** Output that was lost. The command continues to its end, and its exit code is correct without output. */
let unwritten: string | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!UNREAD.includes(error.code ?? '')) unwritten ??= error.message;
  });
}

/** Ends with the exit code of an action. Wrong use prints one line, without a stack trace. */
export async function exitWith(action: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
  if (unwritten === undefined) return;
  console.error(`The output could not be written: ${unwritten}`);
  process.exitCode ||= 1;
}
