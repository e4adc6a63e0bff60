import { posix } from 'node:path';
import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';
import { brokenText } from './invalid-characters';
import type { ConfigFile } from './config-file';
import { assertContainerPath } from './container-path';

/** Refuses a file that would arrive changed, or that would not work. */
export function assertConfigFile(where: HasPath, { path, content, executable = false }: ConfigFile): void {
  assertContainerPath(where, 'file path', path);
  if (posix.dirname(path) === '/') {
    throw new ConfigurationError(
      where,
      `file ${quote(path)} lies in "/" itself, where no volume can be mounted; choose a directory below it`,
    );
  }
  if (typeof content !== 'string' && !isBytes(content)) {
    throw new ConfigurationError(
      where,
      `file ${quote(path)} must have a string or bytes as its content, got ${typeof content}; give secrets to \`addSecret\``,
    );
  }
  const broken = typeof content === 'string' ? brokenText(content.replaceAll('\0', '')) : undefined;
  if (broken !== undefined) {
    throw new ConfigurationError(
      where,
      `file ${quote(path)} contains ${broken}; remove it, or give bytes, \`readFileSync\` without an encoding`,
    );
  }
  if (executable && hasWindowsLineEnds(content)) {
    throw new ConfigurationError(
      where,
      `script ${quote(path)} has Windows line ends, with which no shell runs it; save it with LF, and let git keep them ` +
        'with the line "*.sh text eol=lf" in .gitattributes',
    );
  }
}

/** Returns true for bytes. Bytes of another realm, as under Jest, have another class. */
function isBytes(content: unknown): content is Uint8Array {
  return ArrayBuffer.isView(content) && 'BYTES_PER_ELEMENT' in content && content.BYTES_PER_ELEMENT === 1;
}

/**
 * Returns true for line ends of Windows. The kernel would look for an interpreter whose name ends in a carriage return,
 * and a shell for such commands.
 */
function hasWindowsLineEnds(content: string | Uint8Array): boolean {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1');
  return text.includes('\r\n');
}
