import { appendFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { DOCUMENT } from './state';

/** File beside the document with the ids of containers that passed their step, one a line. */
const FILE = 'docker-constructs-passed';
/** Size limit in bytes, larger than the file of one apply. */
const LARGEST = 1024 * 1024;

/**
 * Records that a step about containers succeeded. Terraform may record a container as complete while its step still
 * runs. If it is killed then, the next deploy finds the container missing here.
 */
export function notePassed(ids: readonly string[]): void {
  if (!existsSync(DOCUMENT)) return;
  const file = resolve(FILE);
  try {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) rmSync(file);
    appendFileSync(file, ids.map((id) => `${id}\n`).join(''), { mode: 0o600 });
  } catch {
    // If this apply is killed, the next deploy makes it again.
  }
}
