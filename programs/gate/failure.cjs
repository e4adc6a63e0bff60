// @ts-check
'use strict';

/** An error that ends the program with lines for the operator instead of a stack trace. */
class Failure extends Error {
  /**
   * @param {string} message one idea a line
   * @param {number} exitCode 1: the step failed; 2: wrong usage
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An error of a reachable engine that refused a request. */
class EngineError extends Error {
  /**
   * @param {number} status HTTP status; 0 after a timeout
   * @param {string} message the engine's own message
   */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

module.exports = { EngineError, Failure };
