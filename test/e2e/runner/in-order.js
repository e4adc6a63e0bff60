'use strict';

const { default: Sequencer } = require('@jest/test-sequencer');

/** By name: the files share deployed stacks, and the last one destroys them. */
module.exports = class InOrder extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1));
  }
};
