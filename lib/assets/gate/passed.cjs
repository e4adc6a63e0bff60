// @ts-check
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { DOCUMENT } = require('./state.cjs');

/** Ids of containers that passed their step, a line each, beside the document. */
const FILE = 'docker-constructs-passed';
/** Larger than what one apply writes, in bytes. */
const LARGEST = 1024 * 1024;

/**
 * Notes that a step about containers ended well. Terraform may write a container down as good while its step still
 * runs; if it is killed then, the next deploy finds the container missing here.
 * @param {readonly string[]} ids
 */
function notePassed(ids) {
  if (!fs.existsSync(DOCUMENT)) return;
  const file = path.resolve(FILE);
  try {
    if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) fs.rmSync(file);
    fs.appendFileSync(file, ids.map((id) => `${id}\n`).join(''), { mode: 0o600 });
  } catch {
    // The next deploy then makes it again, where this apply is killed.
  }
}

module.exports = { notePassed };
