import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { ConfigurationError } from '../../values';
import type { Session } from '../terraform/session';

/** Options of a command line that answer its questions. */
export interface Consent {
  readonly yes?: boolean;
  /** Terraform's and cdktf's option with the same meaning. */
  readonly autoApprove?: boolean;
}

/** Part of a session that a question needs. */
export type Asking = Pick<Session, 'ask' | 'isTerminal'>;

/** Adds the options of `Consent` to a command that changes or deletes something. */
export function withConsent(command: Command): Command {
  return command
    .option('--yes', 'ask nothing; needed without a terminal')
    .option('--auto-approve', 'the same as --yes, in the word of Terraform');
}

/** Returns true if the command line agrees to the changes of its command. */
export function isConsent({ yes, autoApprove }: Consent): boolean {
  return yes === true || autoApprove === true;
}

/**
 * Refuses a question without a terminal.
 *
 * @param agreed - true if the command line has answered it
 * @throws ConfigurationError without a terminal and without an answer
 */
export function refuseUnasked({ isTerminal }: Asking, question: string, agreed: boolean): void {
  if (agreed || isTerminal) return;
  throw new ConfigurationError(undefined, `${question} There is no terminal to ask in; add --yes`);
}

/** Asks a question in the terminal. Every answer except `y` and `yes` is a no. */
export async function isAgreed(session: Asking, question: string, signal: AbortSignal): Promise<boolean> {
  const answer = await session.ask(`${question} [y/N] `, signal);
  return /^y(?:es)?$/i.test(answer.trim());
}

/**
 * Continues only after a yes from the command line or the user.
 *
 * @throws ConfigurationError when the answer is a no, and without a terminal
 */
export async function confirm(
  session: Asking,
  question: string,
  agreed: boolean,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  refuseUnasked(session, question, agreed);
  if (agreed || (await isAgreed(session, question, signal))) return;
  throw new ConfigurationError(undefined, signal.aborted ? 'interrupted' : 'nothing was changed');
}

/** Returns the answer to a question in the terminal; '' when the user leaves by Ctrl-C or Ctrl-D. */
export async function ask(question: string, signal: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const left = new AbortController();
  // The terminal sends no signal meanwhile.
  terminal.on('SIGINT', () => left.abort()).on('close', () => left.abort());
  try {
    return await terminal.question(question, { signal: AbortSignal.any([signal, left.signal]) });
  } catch {
    return '';
  } finally {
    terminal.close();
  }
}
