import { randomBytes } from 'node:crypto';
import {
  constants,
  copyFileSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import { assertSafeForSecrets, ensurePrivateDirectory } from './secret-directory';

/**
 * The files of one secrets directory. Each is complete or absent, has mode 0600, and is written only where git ignores
 * it. This class does not interpret the values.
 */
export class SecretFiles {
  private prepared = false;

  public constructor(public readonly directory: string) {}

  public path(file: string): string {
    return join(this.directory, file);
  }

  /** Returns true for a file that is not empty. */
  public has(file: string): boolean {
    const stat = statOf(this.path(file));
    return stat !== undefined && stat.isFile() && stat.size > 0;
  }

  /** Returns the content, or undefined if there is none. */
  public read(file: string): Buffer | undefined {
    return this.has(file) ? readPrivateFile(this.path(file)) : undefined;
  }

  /**
   * Writes a file that does not exist yet. Returns false, and changes nothing, if it exists. An empty one is not a
   * value.
   */
  public create(file: string, content: string | Buffer): boolean {
    return this.has(file) ? false : this.write(file, content, linkExclusively);
  }

  /** Writes a file, new or not, in one step: a reader sees the old content or the new, never a part. */
  public replace(file: string, content: string | Buffer): void {
    this.write(file, content, renameSync);
  }

  private write(file: string, content: string | Buffer, publish: (draft: string, target: string) => void): boolean {
    const draft = this.path(`.${file}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      this.prepare();
      assertNoObstacle(this.path(file));
      writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
      publish(draft, this.path(file));
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw explained(error, this.path(file));
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private prepare(): void {
    if (this.prepared) return;
    assertSafeForSecrets(this.directory);
    ensurePrivateDirectory(this.directory);
    this.prepared = true;
  }
}

function statOf(file: string, look: (path: string) => Stats = statSync): Stats | undefined {
  try {
    return look(file);
  } catch (error) {
    // Stated here: if a file stands in the place of a folder, newer versions of Node report an absent file.
    if (codeOf(error) === 'ENOENT') return undefined;
    throw explained(error, file);
  }
}

/** Reads a file that no other user of the machine may read or write; refuses all others. */
export function readPrivateFile(file: string): Buffer {
  const stat = statSync(file);
  if (process.platform !== 'win32' && (stat.mode & 0o007) !== 0) {
    throw new ConfigurationError(
      undefined,
      `${quote(file)} is open to every user of this machine; run: chmod 600 '${file}'`,
    );
  }
  try {
    return readFileSync(file);
  } catch (error) {
    throw explained(error, file);
  }
}

/**
 * Makes a file that appears complete and never replaces another: a link, or an exclusive copy if the file system has no
 * links.
 */
function linkExclusively(draft: string, target: string): void {
  if (statOf(target)?.size === 0) rmSync(target);
  try {
    linkSync(draft, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    copyFileSync(draft, target, constants.COPYFILE_EXCL);
  }
}

function assertNoObstacle(file: string): void {
  if (statOf(file, lstatSync) === undefined || statOf(file)?.isFile() === true) return;
  throw new ConfigurationError(undefined, `${quote(file)} is not a file, so no secret can be written there; remove it`);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function explained(error: unknown, file: string): unknown {
  const code = codeOf(error);
  if (code === undefined || ConfigurationError.isConfigurationError(error)) return error;
  return new ConfigurationError(
    undefined,
    `cannot use ${quote(file)} (${code}); check who owns it and the folders above it`,
  );
}
