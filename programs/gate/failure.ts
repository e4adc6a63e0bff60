/** An error that ends the program with lines for the operator instead of a stack trace. */
export class Failure extends Error {
  public override readonly name = 'Failure';

  /**
   * @param message - one idea a line
   * @param exitCode - 1: the step failed; 2: wrong usage
   */
  public constructor(
    message: string,
    public readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** An error of a reachable engine that refused a request. */
export class EngineError extends Error {
  public override readonly name = 'EngineError';

  /**
   * @param status - HTTP status; 0 after a timeout
   * @param message - the engine's own message
   */
  public constructor(
    public readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function isFailure(error: unknown): error is Failure {
  return (error as Error | undefined)?.name === 'Failure';
}

export function isEngineError(error: unknown): error is EngineError {
  return (error as Error | undefined)?.name === 'EngineError';
}
