import { contentHash } from '../../values';

/** Returns a short stable name for a directory inside a stack, for volumes that belong to a path. */
export function pathName(directory: string): string {
  return `${
    directory
      .replace(/^\/+/, '')
      .replace(/[^a-z0-9]+/gi, '-')
      .toLowerCase() || 'root'
  }-${contentHash(directory, 4)}`;
}
