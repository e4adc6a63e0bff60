/**
 * Runs a function that makes resources without the stack traces that the framework records for everything that might be
 * referenced. Each container has some twenty, each of unlimited depth. They cost a third of the synthesis and most of
 * its memory (several times that under ts-node, which maps each line back to its source). They point to this folder,
 * while the path of the construct points to the user's line. Thrown errors have their own traces.
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
