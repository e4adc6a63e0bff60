import { ConfigurationError } from '../../values';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Does something that an interruption may end early, in good order: it hears of it by the signal. */
export async function interruptible<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  SIGNALS.forEach((signal) => process.on(signal, abort));
  try {
    return await act(controller.signal);
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, abort));
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
