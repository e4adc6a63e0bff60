import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { VolumeNames } from '../../../model/workload/volume-names';

/** Notes in the file which volume replaces another; a reader sees the old text or the new one. */
export function noteVolume(file: string, declared: string, name: string): void {
  const names = { ...readNames(file), [declared]: name };
  const sorted = Object.fromEntries(Object.entries(names).sort(([one], [other]) => (one < other ? -1 : 1)));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(sorted, undefined, 2)}\n`);
  renameSync(draft, file);
}

/** Returns the names in the file. A synthesis has checked it before. */
export function readNames(file: string): VolumeNames {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VolumeNames) : {};
}
