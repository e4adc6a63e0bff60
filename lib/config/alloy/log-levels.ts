/** Pattern of `level=info` in many programs' logs, for RE2. */
export const LOGFMT_LEVEL = '(?:^|\\s)level="?(?P<text_level>[A-Za-z]+)';

/** Pattern of PostgreSQL's lines, `2026-11-22 06:30:00.123 UTC [42] LOG:  …`, for RE2. */
export const POSTGRES_LEVEL =
  '^\\d{4}-\\d\\d-\\d\\d \\S+ \\S+ \\[\\d+\\] (?:.* )?(?P<text_level>DEBUG|INFO|NOTICE|WARNING|LOG|ERROR|FATAL|PANIC)\\d?:  ';

/** Names that programs use, by the one name that each level gets; the numbers are those of pino and bunyan. */
const LEVELS: Readonly<Record<string, readonly string[]>> = {
  debug: ['debug', 'trace', '10', '20'],
  info: ['info', 'information', 'notice', 'log', '30'],
  warning: ['warning', 'warn', '40'],
  error: ['error', 'err', '50'],
  critical: ['critical', 'crit', 'fatal', 'panic', 'dpanic', 'alert', 'emerg', '60'],
};

/** Alloy's template for the level of a line, from `json_level` or `text_level`; empty without either. */
export const LEVEL_TEMPLATE = [
  '{{ $level := ToLower (printf "%v" (or .json_level .text_level "")) }}',
  ...Object.entries(LEVELS).map(
    ([name, args], index) =>
      `{{ ${index === 0 ? 'if' : 'else if'} eq $level ${args.map((word) => JSON.stringify(word)).join(' ')} }}${name}`,
  ),
  '{{ end }}',
].join('');
