// @ts-check
'use strict';

/** Something the operator has to know. Its message is printed as it stands; it ends the apply. */
class Failure extends Error {
  /** @param {string} message @param {number} [exitCode] */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

module.exports = { Failure };
