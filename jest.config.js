'use strict';

const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // jest would leave one core idle; one more than there are cores, because many tests wait for other programs.
  maxWorkers: availableParallelism() + 1,
  globalSetup: '<rootDir>/test/support/clean-shell.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/consumer/', '<rootDir>/test/e2e/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/', '<rootDir>/test/consumer/'],
  // A test that waits for another program takes its time on a busy machine; none of them measures it.
  testTimeout: 120_000,
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  moduleNameMapper: {
    // A fifth of all that a test file loads, and of no use to it.
    '^archiver$': '<rootDir>/test/support/no-archiver.ts',
  },
  transform: {
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  // These packages are ECMAScript modules only, which jest's require cannot load untransformed.
  transformIgnorePatterns: ['/node_modules/(?!(age-encryption|@noble|@scure)/)'],
};
