// @ts-check
'use strict';

const HEADER = 8;
/** Longest line to show. A program that refuses a file often gives the reason at the end of a line with its path. */
const LONGEST_LINE = 1000;

/**
 * Returns the text of a stream in which the engine interleaves standard output and standard error: frames of a kind,
 * three zero bytes, a length and the bytes. Other data, such as the output of a terminal, is returned unchanged.
 * @param {Buffer} bytes
 * @returns {string}
 */
function demultiplex(bytes) {
  const parts = [];
  let at = 0;
  while (isFrame(bytes, at)) {
    const end = at + HEADER + bytes.readUInt32BE(at + 4);
    parts.push(bytes.subarray(at + HEADER, end));
    at = end;
  }
  if (at < bytes.length) parts.push(bytes.subarray(at));
  return Buffer.concat(parts).toString('utf8');
}

/** @param {Buffer} bytes @param {number} at */
function isFrame(bytes, at) {
  const kind = bytes[at];
  return at + HEADER <= bytes.length && kind !== undefined && kind <= 2 && bytes.readUIntBE(at + 1, 3) === 0;
}

/**
 * Returns the last lines of a program's output, short enough for a terminal and without its control characters.
 * @param {string} text
 * @param {number} count
 * @returns {string[]}
 */
function lastLines(text, count) {
  return text
    .split(/\r?\n|\r/)
    .map((line) => printable(line).trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line));
}

/** @param {string} line */
function printable(line) {
  return line
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g, '')
    .replace(/\t/g, '  ')
    .replace(/\p{Cc}/gu, '');
}

module.exports = { demultiplex, lastLines };
