import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isWhole, parseState, readStateFile, readWholeState } from './state';

/** Number of old states to keep beside a state. */
const KEPT = 5;
const PRIVATE = 0o600;
/** Milliseconds between two looks at a state that is followed. */
const PAUSE = 50;

/** Keeps a copy of a state file before an apply changes it, and removes the oldest copies. */
export function keepState(file: string): void {
  const state = readWholeState(file);
  if (state === undefined) return;
  const copy = `${file}.${String(state.serial).padStart(8, '0')}`;
  if (!existsSync(copy)) copyTo(file, copy);
  for (const old of keptStates(file).slice(KEPT)) rmSync(old);
}

/** Returns the copies of a state file, the newest first. */
export function keptStates(file: string): readonly string[] {
  const folder = dirname(file);
  if (!existsSync(folder)) return [];
  const prefix = `${basename(file)}.`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && /^\d{8}$/.test(name.slice(prefix.length)))
    .sort()
    .reverse()
    .map((name) => join(folder, name));
}

/** Copies a state so that a reader finds the old file or the whole new one. */
export function copyTo(from: string, to: string): void {
  // Read, because Node's copyFile never ends when another program shortens the file meanwhile.
  writeWhole(readFileSync(from), to);
}

function writeWhole(content: string | Uint8Array, to: string): void {
  const draft = `${to}.${process.pid}.draft`;
  writeFileSync(draft, content, { mode: PRIVATE });
  chmodSync(draft, PRIVATE);
  renameSync(draft, to);
}

/** Copy of the last state that an apply wrote; only a kill leaves it. */
export const followedState = (file: string): string => `${file}.latest`;

/**
 * Copies each whole version of a state while an apply changes it. Terraform empties the file before it writes: a kill in
 * between leaves nothing of it.
 *
 * @returns a function that ends it; the copy stays if the state is broken then
 */
export function followState(file: string): () => void {
  let copied = 0;
  const look = (): void => {
    const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? copied;
    if (changed === copied) return;
    const text = readFileSync(file, 'utf8');
    if (!isWhole(parseState(text))) return;
    writeWhole(text, followedState(file));
    copied = changed;
  };
  // A failed copy does not fail the apply.
  const timer = setInterval(() => attempt(look), PAUSE).unref();
  return () => {
    clearInterval(timer);
    if (readStateFile(file) !== 'broken') rmSync(followedState(file), { force: true });
  };
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The next look finds it.
  }
}
