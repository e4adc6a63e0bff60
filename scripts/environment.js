'use strict';

const { existsSync } = require('node:fs');

/** The environment, less a Terraform configuration file that is named but not there: each command would complain. */
function environment() {
  const { TF_CLI_CONFIG_FILE: file, ...rest } = process.env;
  return file !== undefined && existsSync(file) ? process.env : rest;
}

module.exports = { environment };
