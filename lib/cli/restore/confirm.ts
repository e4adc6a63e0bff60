import { ConfigurationError } from '../../values';
import type { Session } from '../session';
import { refuseInterrupted } from './interruptible';

/**
 * Asks before a step that users notice.
 *
 * @throws ConfigurationError when the answer is not yes, and without a terminal
 */
export async function confirm(session: Session, question: string, yes: boolean, signal: AbortSignal): Promise<void> {
  if (yes) return;
  if (!session.isTerminal) {
    throw new ConfigurationError(undefined, `${question} There is no terminal to ask in; add --yes`);
  }
  const answer = await session.ask(`${question} [y/N] `, signal);
  refuseInterrupted(signal);
  if (/^y(?:es)?$/i.test(answer.trim())) return;
  throw new ConfigurationError(undefined, 'nothing was changed');
}
