import { ConfigurationError } from '../../../values';

/** Signals to handle; SIGHUP comes from a lost terminal, as after a lost connection. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs a function that an interruption ends early, but cleanly, through the signal. */
export async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const outputs = [process.stdout, process.stderr];
  SIGNALS.forEach((signal) => process.on(signal, abort));
  // Output that cannot be written must not stop the restart of the server.
  outputs.forEach((output) => output.on('error', abort));
  try {
    return await act(controller.signal);
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, abort));
    outputs.forEach((output) => output.off('error', abort));
  }
}

/** Returns the error of a command that a user interrupted. */
export function interrupted(): ConfigurationError {
  return new ConfigurationError(undefined, 'interrupted');
}

/**
 * Throws after an interruption.
 * @throws ConfigurationError when there was an interruption
 */
export function refuseInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw interrupted();
}
