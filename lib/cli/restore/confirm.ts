import { createInterface } from 'node:readline/promises';
import { ConfigurationError } from '../../values';
import type { Session } from '../session';
import { refuseInterrupted } from './interruptible';

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
  const answer = await ask(`${question} [y/N] `, signal);
  refuseInterrupted(signal);
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw new ConfigurationError(undefined, 'nothing was changed');
}

/** The answer; '' when somebody leaves by Ctrl-C or Ctrl-D, which reach nobody but the one who asks. */
async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const left = new AbortController();
  terminal.on('SIGINT', () => left.abort()).on('close', () => left.abort());
  try {
    return await terminal.question(question, { signal: AbortSignal.any([signal, left.signal]) });
  } catch {
    return '';
  } finally {
    terminal.close();
  }
}
