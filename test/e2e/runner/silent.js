'use strict';

/** A jest reporter that reports nothing, for runs whose JSON is all that is wanted. */
module.exports = class Silent {};
