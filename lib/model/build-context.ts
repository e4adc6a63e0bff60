import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigurationError, contentHash, JsonValue, quoted } from '../values';
import { IgnoreRules, readIgnoreRules } from './docker-ignore';

export interface BuildContextOptions {
  /**
   * Path of the Dockerfile, relative to the context directory.
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;
  /**
   * What else the image depends on: target, build arguments, base images. Changing it changes the hash.
   * @default - nothing
   */
  readonly extra?: JsonValue;
}

/** One line of what is hashed. JSON keeps neighbouring fields apart, whatever they contain. */
type ContextRecord = readonly (string | number | boolean)[];

const buffer = Buffer.allocUnsafe(256 * 1024);

/**
 * Identity of an image that is built from a directory: 64 hex digits that change exactly when what the builder gets
 * changes. Counted are relative paths, contents, the owner's executable bit and the targets of symbolic links (never
 * followed); the Dockerfile counts even when it is ignored. Not counted: what `.dockerignore` or
 * `<Dockerfile>.dockerignore` leaves out, empty directories, times, owners and the other mode bits, so that every
 * checkout of the same revision gives the same hash.
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

/** Undefined for what is not there, nor can be. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/**
 * Identity of a directory that a build takes files from by name: like `hashBuildContext`, without a Dockerfile.
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
    `build context ${quoted(context)} is not a directory; name the folder that the image is built from`,
  );
}

function assertDockerfile(dockerfile: string): void {
  if (statOf(dockerfile)?.isFile()) return;
  throw new ConfigurationError(
    undefined,
    `there is no Dockerfile at ${quoted(dockerfile)}; add it, or give its path relative to the context as \`dockerfile\``,
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
  // Only the owner's bit: the others follow the umask of whoever made the checkout.
  return [file, 'file', (stat.mode & 0o100) !== 0, ...contentRecord(at)];
}

/** Length and digest of a file, read piece by piece so that a large one needs no memory. */
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
      `cannot read ${quoted(at)} of the build context (${(error as NodeJS.ErrnoException).code}); ` +
        'make it readable, or leave it out with a line in .dockerignore',
    );
  }
}
