'use strict';

const unit = require('../../jest.config');

/** @type {import('jest').Config} */
module.exports = {
  ...unit,
  rootDir: '../..',
  // The shell says which engine and which Terraform to use.
  globalSetup: undefined,
  testMatch: ['<rootDir>/test/e2e/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  testSequencer: '<rootDir>/test/e2e/runner/in-order.js',
  // A cold deploy builds images.
  testTimeout: 600_000,
  maxWorkers: 1,
};
