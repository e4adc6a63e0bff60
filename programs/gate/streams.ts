const HEADER = 8;
/** Longest line to show. A program that refuses a file often gives the reason at the end of a line with its path. */
const LONGEST_LINE = 1000;

/**
 * Returns the text of a stream in which the engine interleaves standard output and standard error: frames of a kind,
 * three zero bytes, a length and the bytes. Other data, such as the output of a terminal, is returned unchanged.
 */
export function demultiplex(bytes: Buffer): string {
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

function isFrame(bytes: Buffer, at: number) {
  const kind = bytes[at];
  return at + HEADER <= bytes.length && kind !== undefined && kind <= 2 && bytes.readUIntBE(at + 1, 3) === 0;
}

/**
 * Returns the last lines of a program's output, short enough for a terminal and without its control characters.
 */
export function lastLines(text: string, count: number): string[] {
  return text
    .split(/\r?\n|\r/)
    .map((line) => printable(line).trimEnd())
    .filter((line) => line !== '')
    .slice(-count)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line));
}

function printable(line: string) {
  return line
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g, '')
    .replace(/\t/g, '  ')
    .replace(/\p{Cc}/gu, '');
}
