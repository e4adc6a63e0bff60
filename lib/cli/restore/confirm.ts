import { createInterface } from 'node:readline/promises';
import { ConfigurationError } from '../../values';
import type { Session } from '../session';

/**
 * Asks before something that people notice.
 *
 * @throws ConfigurationError when the answer is not yes, and where nobody can be asked
 */
export async function confirm(session: Session, question: string, yes: boolean, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (!session.isTerminal) {
    throw new ConfigurationError(undefined, `${question} There is no terminal to ask in; add --yes`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (/^y(?:es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new ConfigurationError(undefined, 'nothing was changed');
}
