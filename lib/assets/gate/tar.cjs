// @ts-check
'use strict';
const { Failure } = require('./failure.cjs');

const NAME_LENGTH = 100;
const CHECKSUM_AT = 148;
const CHECKSUM_LENGTH = 8;
const HEADER_LENGTH = 512;

/** The archive of one plain file, under another name; mode and owner stay. @param {Buffer} archive @param {string} name */
function renameEntry(archive, name) {
  if (Buffer.byteLength(name) >= NAME_LENGTH)
    throw new Failure(`The file name "${name}" is too long; use less than 100 characters.`);
  const copy = Buffer.from(archive);
  copy.fill(0, 0, NAME_LENGTH);
  copy.write(name, 0, 'utf8');
  copy.fill(' ', CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH);
  const sum = copy.subarray(0, HEADER_LENGTH).reduce((total, byte) => total + byte, 0);
  copy.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return copy;
}

module.exports = { renameEntry };
