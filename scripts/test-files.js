'use strict';

// Parts the test files in quick and slow ones.

const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const { root } = require('./install');

/** First line of a test file that takes many seconds, most of them in other programs. */
const SLOW = /^\/\/ Slow: /;
/** These have commands of their own. */
const ELSEWHERE = [path.join('test', 'consumer'), path.join('test', 'e2e')];

function below(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return ELSEWHERE.includes(name) ? [] : below(name);
    return name.endsWith('.test.ts') ? [name] : [];
  });
}

/** Paths of all unit tests, from the root of the repository. */
function testFiles() {
  const files = below('test');
  const isSlow = (file) => SLOW.test(readFileSync(path.join(root, file), 'utf8'));
  return { quick: files.filter((file) => !isSlow(file)), slow: files.filter(isSlow) };
}

module.exports = { testFiles };
