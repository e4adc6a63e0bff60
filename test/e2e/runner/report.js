'use strict';

const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

const testsOf = (json) => json.testResults.flatMap((file) => file.assertionResults);
const isSkipped = ({ status }) => status === 'pending' || status === 'todo';

/** What a run of jest came to, from its JSON report; a run without one has failed as a whole. */
function readReport(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const json = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: json.numPassedTests,
    // A file that cannot even be loaded counts as one failure: it holds no test that could.
    failed: json.numFailedTests + json.numRuntimeErrorTestSuites,
    skipped: testsOf(json)
      .filter(isSkipped)
      .map((test) => test.fullName),
  };
}

/** Every figure that the tests noted down, one line each. */
function printFigures(directory) {
  const file = path.join(directory, 'figures.jsonl');
  if (!existsSync(file)) return;
  const rows = readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse);
  const width = Math.max(...rows.map(({ what }) => what.length));
  const values = (figures) => Object.entries(figures).map(([key, value]) => `${key} ${value}`);
  console.log('\nMeasured:');
  for (const { what, ...figures } of rows) console.log(`  ${what.padEnd(width)}  ${values(figures).join(', ')}`);
}

function printSkipped(skipped) {
  if (skipped.length > 0) console.log(`\nSkipped:\n${skipped.map((name) => `  - ${name}`).join('\n')}`);
}

/** The last line of the run. */
function printCounts({ passed, failed, skipped }) {
  console.log(`\n${passed} passed, ${failed} failed, ${skipped.length} skipped`);
}

module.exports = { printCounts, printFigures, printSkipped, readReport };
