import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';

const DIRECTORY = path.join(__dirname, '..', 'golden');
const ROOT = path.join(__dirname, '..', '..');

/** `UPDATE_GOLDEN=1 npx jest test/stacks` writes the files anew; what changed is then read in the diff. */
const UPDATE = process.env.UPDATE_GOLDEN === '1';

/** Expects the files of one folder below test/golden, by name, to be exactly these. */
export function expectGolden(folder: string, files: Readonly<Record<string, string>>): void {
  const directory = path.join(DIRECTORY, folder);
  if (UPDATE) {
    mkdirSync(directory, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(directory, name), text);
  }
  const onDisk = readdirSync(directory).map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]);
  expectReviewed(files, Object.fromEntries(onDisk));
}

/** Expects one file of test/golden to have this text. */
export function expectGoldenFile(name: string, text: string): void {
  const file = path.join(DIRECTORY, name);
  if (UPDATE) writeFileSync(file, text);
  expectReviewed(text, existsSync(file) ? readFileSync(file, 'utf8') : '');
}

/** Fails with the difference, and names the command that writes the files anew. */
function expectReviewed(received: unknown, reviewed: unknown): void {
  try {
    expect(received).toEqual(reviewed);
  } catch (error) {
    const test = path.relative(ROOT, expect.getState().testPath ?? '');
    const advice = `If the change is intended: UPDATE_GOLDEN=1 npx jest ${test}, then read the diff of test/golden.`;
    throw new Error(`${(error as Error).message}\n\n${advice}`);
  }
}

/** JSON for readers: what fits on a line stands on one line. */
export function readableJson(value: unknown, indent = ''): string {
  const inline = JSON.stringify(value);
  if (inline.length + indent.length <= 100 || typeof value !== 'object' || value === null) return spaced(value);
  const inner = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}${readableJson(item, inner)}`)
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${readableJson(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
