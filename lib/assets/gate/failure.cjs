// @ts-check
'use strict';

/** Ends the program with lines for the operator instead of a stack trace. */
class Failure extends Error {
  /**
   * @param {string} message one idea a line
   * @param {number} exitCode 1: the step failed; 2: it was called wrongly
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The engine was reached, but did not do what was asked for. */
class EngineError extends Error {
  /**
   * @param {number} status of HTTP; 0 when no answer came in time
   * @param {string} message the engine's own words
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

module.exports = { EngineError, Failure };
