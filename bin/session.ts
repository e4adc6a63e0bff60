import { homedir } from 'node:os';
import type { Session } from '../lib/cli/session';
import { ConfigurationError } from '../lib/values';

/** In the repository the sources run, by npm's scripts; in a package the compiled program, by its name. */
const isSource = __filename.endsWith('.ts');

/** The process that we are. */
export const session: Session = {
  directory: process.cwd(),
  environment: process.env,
  home: homedir(),
  platform: process.platform,
  isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  call: (command) => (isSource ? `npm run ${command} --` : `npx docker-constructs ${command}`),
  print: (line) => console.log(line),
  warn: (line) => console.error(line),
};

/** Whoever reads our output may leave early, as `head` does. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

/** Ends with the exit code of an action. Wrong use is one line, without a stack. */
export async function exitWith(action: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await action();
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
