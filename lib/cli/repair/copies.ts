import { chmodSync, copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readStateFile } from './state';

/** Number of old states to keep beside a state. */
const KEPT = 5;
const PRIVATE = 0o600;

/** Keeps a copy of a state file before an apply changes it, and removes the oldest copies. */
export function keepState(file: string): void {
  const state = readStateFile(file);
  if (state === 'absent' || state === 'broken' || state === undefined || state.objects.length === 0) return;
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
  const draft = `${to}.${process.pid}.draft`;
  copyFileSync(from, draft);
  chmodSync(draft, PRIVATE);
  renameSync(draft, to);
}
