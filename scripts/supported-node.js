'use strict';

// Loaded before each script (`node --require`). Every old Node can read this file, and says in one sentence what it lacks.
/* eslint-disable no-var */

var least = require('../package.json').engines.node.replace('>=', '');
var want = least.split('.').map(Number);
var have = process.versions.node.split('.').map(Number);

if (have[0] < want[0] || (have[0] === want[0] && have[1] < want[1])) {
  console.error(
    'This needs Node ' +
      least +
      ' or newer, and is run by Node ' +
      process.versions.node +
      '; get one: https://nodejs.org',
  );
  process.exit(1);
}
