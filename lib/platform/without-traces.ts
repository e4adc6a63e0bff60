/**
 * Runs something that makes resources, without the stack traces that the framework notes for everything that might be
 * referred to: some twenty for each container, each of unlimited depth. They cost a third of the synthesis and most of
 * its memory (several times that under ts-node, which maps each line back to its source), and lead to this folder where
 * the path of the construct leads to the user's line. Errors that are thrown have their traces from elsewhere.
 */
export function withoutTraces<T>(make: () => T): T {
  const { captureStackTrace } = Error;
  Error.captureStackTrace = () => undefined;
  try {
    return make();
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
}
