import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError, contentHash, JsonValue, quote } from '../../values';
import { IgnoreRules, readIgnoreRules } from './docker-ignore';

export interface BuildContextOptions {
  /**
   * Path of the Dockerfile, relative to the context directory.
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;
  /**
   * Other inputs of the image: target, build arguments, base images. Changing them changes the hash.
   * @default - nothing
   */
  readonly extra?: JsonValue;
}

/** One line of the hashed text. JSON keeps neighbouring fields apart, whatever they contain. */
type ContextRecord = readonly (string | number | boolean)[];

const buffer = Buffer.allocUnsafe(256 * 1024);

/**
 * Returns the identity of an image that is built from a directory: 64 hex digits that change exactly when the builder's
 * input changes. Relative paths, contents, the owner's executable bit and the targets of symbolic links (never
 * followed) count. The Dockerfile counts even when it is ignored. Files that `.dockerignore` or
 * `<Dockerfile>.dockerignore` excludes, empty directories, times, owners and the other mode bits do not count. Every
 * checkout of the same revision therefore gives the same hash.
 *
 * A changed hash is a new tag: the next deploy builds the image and replaces its containers.
 *
 * @throws ConfigurationError when the directory or the Dockerfile is missing, or a file cannot be read
 */
export function hashBuildContext(directory: string, options: BuildContextOptions = {}): string {
  const context = resolve(directory);
  const dockerfile = resolve(context, options.dockerfile ?? 'Dockerfile');
  assertContext(context);
  assertDockerfile(dockerfile);
  const rules = readIgnoreRules(context, dockerfile);
  const hash = createHash('sha256');
  const add = (record: ContextRecord) => hash.update(`${JSON.stringify(record)}\n`);
  add(['dockerfile', ...contentRecord(dockerfile)]);
  for (const record of recordsOf(context, rules)) add(record);
  if (options.extra !== undefined) add(['extra', contentHash(options.extra, 64)]);
  return hash.digest('hex');
}

/** Returns undefined for a path that does not, or cannot, exist. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Returns the identity of a directory that a build takes files from by name: like `hashBuildContext`, without a
 * Dockerfile.
 *
 * @throws ConfigurationError when the directory is missing, or a file cannot be read
 */
export function hashDirectory(directory: string): string {
  const context = resolve(directory);
  assertContext(context);
  return contentHash([...recordsOf(context, readIgnoreRules(context))], 64);
}

function* recordsOf(context: string, rules: IgnoreRules): Generator<ContextRecord> {
  for (const file of filesBelow(context, '', rules).sort(byCodeUnit)) yield fileRecord(context, file);
}

function assertContext(context: string): void {
  if (statOf(context)?.isDirectory()) return;
  throw new ConfigurationError(
    undefined,
    `build context ${quote(context)} is not a directory; name the folder that the image is built from`,
  );
}

function assertDockerfile(dockerfile: string): void {
  if (statOf(dockerfile)?.isFile()) return;
  throw new ConfigurationError(
    undefined,
    `there is no Dockerfile at ${quote(dockerfile)}; add it, or give its path relative to the context as \`dockerfile\``,
  );
}

function filesBelow(context: string, directory: string, rules: IgnoreRules): string[] {
  return readable(join(context, directory), (at) => readdirSync(at, { withFileTypes: true })).flatMap((entry) => {
    const file = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory()) return rules.skips(file) ? [] : filesBelow(context, file, rules);
    return (entry.isFile() || entry.isSymbolicLink()) && !rules.ignores(file) ? [file] : [];
  });
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function fileRecord(context: string, file: string): ContextRecord {
  const at = join(context, file);
  const stat = readable(at, (existing) => lstatSync(existing));
  if (stat.isSymbolicLink()) return [file, 'link', readlinkSync(at)];
  // Only the owner's bit: the others follow the umask of the user who made the checkout.
  return [file, 'file', (stat.mode & 0o100) !== 0, ...contentRecord(at)];
}

/** Returns length and digest of a file, read in pieces so that a large one needs little memory. */
function contentRecord(file: string): readonly [number, string] {
  return readable(file, (at) => {
    const hash = createHash('sha256');
    const descriptor = openSync(at, 'r');
    try {
      let length = 0;
      for (let read = readSync(descriptor, buffer); read > 0; read = readSync(descriptor, buffer)) {
        hash.update(buffer.subarray(0, read));
        length += read;
      }
      return [length, hash.digest('hex')];
    } finally {
      closeSync(descriptor);
    }
  });
}

function readable<T>(at: string, read: (at: string) => T): T {
  try {
    return read(at);
  } catch (error) {
    throw new ConfigurationError(
      undefined,
      `cannot read ${quote(at)} of the build context (${(error as NodeJS.ErrnoException).code}); ` +
        'make it readable, or leave it out with a line in .dockerignore',
    );
  }
}
