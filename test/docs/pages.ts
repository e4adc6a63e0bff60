import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../support/stacks';

export interface Block {
  /** Path of the page, relative to the repository. */
  readonly page: string;
  /** Line of the opening fence. */
  readonly line: number;
  readonly language: string;
  /** File name behind the language: the block is a file of the reader's, not an excerpt. */
  readonly title: string | undefined;
  readonly text: string;
}

export interface Page {
  readonly file: string;
  readonly text: string;
  /** Text without fenced blocks. */
  readonly prose: string;
  readonly blocks: readonly Block[];
}

/** Every page that a reader gets: the ones at the top and all of docs/. */
export function readPages(): readonly Page[] {
  const top = fs.readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return [...top, ...docs.map((name) => `docs/${name}`)].sort().map(readPage);
}

function readPage(file: string): Page {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const blocks: Block[] = [];
  const prose = text.replace(/^```(\w*)(?: +(\S+))?\n([\s\S]*?)^```$/gm, (all: string, ...rest: unknown[]) => {
    const [language, title, content, offset] = rest as [string, string | undefined, string, number];
    blocks.push({ page: file, line: text.slice(0, offset).split('\n').length, language, title, text: content });
    return all.replace(/[^\n]/g, '');
  });
  return { file, text, prose, blocks };
}

export function page(pages: readonly Page[], file: string): Page {
  const found = pages.find((candidate) => candidate.file === file);
  if (found !== undefined) return found;
  throw new Error(`no page ${file}`);
}

/** Anchors as GitHub makes them. */
export function anchors({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** The cells of all tables whose first column has this heading; code marks are taken off. */
export function tableRows({ prose }: Page, firstHeading: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let inside = false;
  for (const line of prose.split('\n')) {
    const cells = line.startsWith('|') ? cellsOf(line) : undefined;
    if (cells === undefined) inside = false;
    else if (cells[0] === firstHeading) inside = true;
    else if (inside && !/^-+$/.test(cells[0] ?? '')) rows.push(cells);
  }
  return rows;
}

function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/\\\|/g, '|'))
    .map((cell) => (/^`[^`]+`$/.test(cell) ? cell.slice(1, -1) : cell));
}

/** Names of all places where the excerpt says something else than the document; "…" stands for any text. */
export function differences(excerpt: unknown, actual: unknown, at = ''): readonly string[] {
  if (typeof excerpt === 'string' && typeof actual === 'string' && matches(excerpt, actual)) return [];
  if (Array.isArray(excerpt) && Array.isArray(actual)) return missingElements(excerpt, actual, at);
  if (isRecord(excerpt) && isRecord(actual)) {
    return Object.entries(excerpt).flatMap(([key, value]) => differences(value, actual[key], `${at}.${key}`));
  }
  if (excerpt === actual) return [];
  return [`${at}: the page says ${JSON.stringify(excerpt)}, the document has ${JSON.stringify(actual)}`];
}

function missingElements(excerpt: readonly unknown[], actual: readonly unknown[], at: string): readonly string[] {
  let from = 0;
  return excerpt.flatMap((wanted) => {
    const found = actual.findIndex((element, index) => index >= from && differences(wanted, element).length === 0);
    if (found < 0) return [`${at}: no ${JSON.stringify(wanted)} in this order in ${JSON.stringify(actual)}`];
    from = found + 1;
    return [];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
}
