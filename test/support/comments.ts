import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as ts from 'typescript';

/** A comment of a source file. */
export interface Comment {
  readonly file: string;
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly pos: number;
  readonly end: number;
  /** True for a comment that begins with two asterisks. */
  readonly doc: boolean;
  /** Text without comment signs and indentation. */
  readonly text: string;
}

const ROOT = resolve(__dirname, '../..');

/** Returns the text of a comment as its author meant it. */
function plainText(raw: string): string {
  const inner = raw.startsWith('//') ? raw.slice(2) : raw.replace(/^\/\*+/, '').replace(/\*+\/$/, '');
  return inner
    .split('\n')
    .map((line) => line.replace(/^\s*\*(?: |$)/, '').trim())
    .join('\n')
    .trim();
}

/** Returns each node of the file that has no children, comments around it included. */
function tokens(node: ts.Node, source: ts.SourceFile): readonly ts.Node[] {
  const children = node.getChildren(source).filter((child) => !ts.isJSDoc(child));
  return children.length === 0 ? [node] : children.flatMap((child) => tokens(child, source));
}

/** Joins comments on one line each that follow one another, because a sentence may cross lines. */
function joinLines(ranges: readonly ts.CommentRange[], source: string): readonly ts.TextRange[] {
  return ranges.reduce<readonly ts.TextRange[]>((done, range) => {
    const last = done.at(-1);
    const between = last === undefined ? 'x' : source.slice(last.end, range.pos);
    const lines = range.kind === ts.SyntaxKind.SingleLineCommentTrivia && /^\n[ \t]*$/.test(between);
    if (last === undefined || !lines || !source.startsWith('//', last.pos)) return [...done, range];
    return [...done.slice(0, -1), { pos: last.pos, end: range.end }];
  }, []);
}

/** Returns all comments of a TypeScript or JavaScript file, named relative to the repository, in their order. */
export function commentsOf(file: string): readonly Comment[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const ranges = new Map<number, ts.CommentRange>();
  for (const token of tokens(source, source)) {
    const around = [token.getFullStart(), token.getEnd()];
    const found = [ts.getLeadingCommentRanges(text, around[0] ?? 0), ts.getTrailingCommentRanges(text, around[1] ?? 0)];
    for (const range of found.flatMap((list) => list ?? [])) ranges.set(range.pos, range);
  }
  const ordered = [...ranges.values()].sort((a, b) => a.pos - b.pos);
  return joinLines(ordered, text).map(({ pos, end }) => {
    const raw = text.slice(pos, end);
    const doc = raw.startsWith('/**');
    const lines = raw.startsWith('//') ? raw.split('\n').map((line) => plainText(line.trim())) : [plainText(raw)];
    const line = source.getLineAndCharacterOfPosition(pos).line + 1;
    return { file, line, pos, end, doc, text: lines.join('\n') };
  });
}

/** Returns the comments of a Python or shell program: lines that begin with `#`, comments behind code, and docstrings. */
export function scriptComments(file: string): readonly Comment[] {
  const text = readFileSync(resolve(ROOT, file), 'utf8');
  return [...text.matchAll(/^ *"""(\S[\s\S]*?)"""|(?:^|\s)# (.*)$/gm)].map(
    ({ 0: raw, 1: docstring, 2: line, index }) => ({
      file,
      line: text.slice(0, index + raw.search(/\S/)).split('\n').length,
      pos: index,
      end: index + raw.length,
      doc: docstring !== undefined,
      text: docstring ?? line ?? '',
    }),
  );
}

/** Returns the sentences of a comment, without tags such as `@default`, lists and code blocks. */
export function sentences(text: string): readonly string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '').replace(/^@\w+.*$/gm, '');
  return prose
    .split(/\n\s*\n|\n(?=- )|(?<=[.!?])["')`]*\s+(?=[A-Z`"'(])/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** Returns the number of words of a sentence. */
export const wordCount = (sentence: string): number => sentence.split(/\s+/).length;
