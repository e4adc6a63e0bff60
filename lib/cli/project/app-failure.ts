const FRAME = /^\s+at .*[:)\]]|^\s+at \S+$/;
const PLACE = /^(?:node:|\/|[A-Za-z]:\\|file:).*:\d+$/;
const ERROR_LINE = /^(?:Uncaught )?\w*Error(?: \[\w+\])?: /;

/**
 * Returns a program's message about its failure, without the lines that Node adds: the line of source, the stack, the
 * version. Returns all of the text when it recognizes no error.
 */
export function failureText(output: string): string {
  const lines = output.split(/\r?\n/);
  const start = lines.findIndex((line) => ERROR_LINE.test(line));
  const relevant = start < 0 ? lines : afterPlace(lines, start);
  return relevant.join('\n').trim();
}

function afterPlace(lines: readonly string[], start: number): readonly string[] {
  const place = lines.slice(0, start).findLastIndex((line) => PLACE.test(line));
  const before = place < 0 ? lines.slice(0, start) : lines.slice(0, place);
  const rest = lines.slice(start);
  const end = rest.findIndex((line) => FRAME.test(line));
  const message = end < 0 ? rest : rest.slice(0, end);
  return [...before, (message[0] ?? '').replace(ERROR_LINE, ''), ...message.slice(1)];
}
