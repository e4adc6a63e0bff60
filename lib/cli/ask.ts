import { createInterface } from 'node:readline/promises';

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
