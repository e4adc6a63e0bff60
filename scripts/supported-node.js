'use strict';

// Loaded before each script (`node --require`). Every old Node can read this file, and says in one sentence what it lacks.

var least = require('../package.json').engines.node.replace('>=', '');
var version = process.versions.node;
var want = least.split('.').map(Number);
var have = version.split('.').map(Number);
var old = have[0] < want[0] || (have[0] === want[0] && have[1] < want[1]);

if (old) {
  console.error('This needs Node %s or newer, and is run by Node %s; get one: https://nodejs.org', least, version);
  process.exit(1);
}
