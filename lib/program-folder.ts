import { join } from 'node:path';

/** Folder `programs` of the repository or the package: what runs outside of a synthesis. */
const PROGRAMS = join(__dirname, '..', 'programs');

/** Returns the path of a file or folder of a program: `programFile('quiesce', 'stop.sh')`. */
export function programFile(...names: readonly string[]): string {
  return join(PROGRAMS, ...names);
}
