import { ConfigurationError } from '../../values';

/** The last one is of a terminal that went away, as with a connection that was lost. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does something that an interruption may end early, in good order: it hears of it by the signal. */
export async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const outputs = [process.stdout, process.stderr];
  SIGNALS.forEach((signal) => process.on(signal, abort));
  // What cannot be said any more keeps nobody from starting the server again.
  outputs.forEach((output) => output.on('error', abort));
  try {
    return await act(controller.signal);
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, abort));
    outputs.forEach((output) => output.off('error', abort));
  }
}

/** What is said of a command that somebody ended early. */
export function interrupted(): ConfigurationError {
  return new ConfigurationError(undefined, 'interrupted');
}

/** @throws ConfigurationError when there was an interruption */
export function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted();
}
