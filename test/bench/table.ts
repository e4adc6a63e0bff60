import { median } from './figures';
import type { Contest, Line, Part } from './figures';

const HEAD = ['', '', 'min', 'median', 'max', 'ratio', 'at most', 'met'];

/** A part as Markdown that can also be read as it stands. */
export function table({ contests, notes }: Part): string {
  const rows = [HEAD, ...contests.flatMap(contestRows)];
  const widths = HEAD.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const text = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, column)).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => `${'-'.repeat(width + 1)}${column < 2 ? '-' : ':'}`).join('|')}|`;
  const [head = [], ...body] = rows;
  const lines = contests.length === 0 ? [] : [text(head), rule, ...body.map(text), ''];
  return [...lines, ...notes.map((note) => `- ${note}`)].join('\n').trim();
}

/** The bounds of a part that do not hold. */
export function missedBounds({ contests }: Part): readonly string[] {
  return contests
    .flatMap(bounds)
    .filter(({ holds }) => !holds)
    .map(({ what }) => what);
}

function bounds({ what, lines, limit }: Contest): { readonly what: string; readonly holds: boolean }[] {
  const [ours, ...others] = lines;
  const own = median(ours.samples);
  const ratios = others.flatMap(({ name, samples, most }) =>
    most === undefined ? [] : [{ what: `${what} against ${name}`, holds: own / median(samples) <= most }],
  );
  return limit === undefined ? ratios : [{ what, holds: own <= limit }, ...ratios];
}

function contestRows(contest: Contest): string[][] {
  const [ours, ...others] = contest.lines;
  const { unit, limit } = contest;
  const own = median(ours.samples);
  const first = [
    contest.what,
    ...measured(ours, unit),
    '',
    limit === undefined ? '' : `${limit} ${unit}`,
    limit === undefined ? '' : yesNo(own <= limit),
  ];
  const rest = others.map((line) => {
    const ratio = own / median(line.samples);
    const bound = line.most === undefined ? ['', ''] : [`${line.most}`, yesNo(ratio <= line.most)];
    return ['', ...measured(line, unit), ratio.toFixed(2), ...bound];
  });
  return [first, ...rest];
}

function measured({ name, samples }: Line, unit: Contest['unit']): string[] {
  return [
    name,
    ...[Math.min(...samples), median(samples), Math.max(...samples)].map((value) => `${amount(value)} ${unit}`),
  ];
}

/** Three digits say more than these measurements know. */
function amount(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function yesNo(holds: boolean): string {
  return holds ? 'yes' : '**no**';
}

function pad(text: string, width: number, column: number): string {
  return column < 2 ? text.padEnd(width) : text.padStart(width);
}
