const BLOCK = 512;
const NAME = { at: 0, length: 100 };
const SIZE = { at: 124, length: 12 };
const CHECKSUM = { at: 148, length: 8 };
const KIND = 156;
const MAGIC = { at: 257, text: 'ustar\0' };
const PREFIX = { at: 345, length: 155 };
const EXTENDED_HEADER = 'x';
const FILES = ['0', '\0'];

/**
 * Returns an archive with the one file of another archive under another name; mode, owner, time and content stay.
 * @param name - without directories
 */
export function renameFile(tar: Buffer, name: string): Buffer {
  if (Buffer.byteLength(name) > NAME.length) throw new Error(`${JSON.stringify(name)} is too long for a file's name`);
  const { extended, header, content } = onlyFile(tar);
  return archive([...extended, namedHeader(header, name), content]);
}

/** Returns the content of the one file of an archive. */
export function contentOf(tar: Buffer): Buffer {
  return onlyFile(tar).content;
}

function onlyFile(tar: Buffer): { extended: Buffer[]; header: Buffer; content: Buffer } {
  const extended: Buffer[] = [];
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const size = sizeOf(header);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) break;
    const kind = String.fromCharCode(header[KIND] ?? 0);
    if (FILES.includes(kind)) return { extended, header, content };
    if (kind === EXTENDED_HEADER) extended.push(...withoutPath(header, content));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error('the archive holds no complete file');
}

/** @param parts - headers and contents, which fill up to whole blocks */
function archive(parts: readonly Buffer[]) {
  const padded = parts.flatMap((part) => [part, Buffer.alloc((BLOCK - (part.length % BLOCK)) % BLOCK)]);
  return Buffer.concat([...padded, Buffer.alloc(2 * BLOCK)]);
}

function namedHeader(header: Buffer, name: string) {
  const copy = Buffer.from(header);
  copy.fill(0, NAME.at, NAME.at + NAME.length).write(name, NAME.at);
  // Only this format continues the name in another field.
  const magic = copy.toString('latin1', MAGIC.at, MAGIC.at + MAGIC.text.length);
  if (magic === MAGIC.text) copy.fill(0, PREFIX.at, PREFIX.at + PREFIX.length);
  return withChecksum(copy);
}

/**
 * Returns an extended header without the record that gives the next file another name.
 * @returns empty if no other record is left
 */
function withoutPath(header: Buffer, content: Buffer): Buffer[] {
  const records = [];
  for (let at = 0; at < content.length;) {
    const length = parseInt(content.toString('latin1', at, at + 20), 10);
    if (!(length > 0)) break;
    const record = content.subarray(at, at + length);
    if (!/^\d+ path=/.test(record.toString('latin1'))) records.push(record);
    at += length;
  }
  if (records.length === 0) return [];
  const rest = Buffer.concat(records);
  const copy = Buffer.from(header);
  copy.write(`${rest.length.toString(8).padStart(SIZE.length - 1, '0')}\0`, SIZE.at, 'latin1');
  return [withChecksum(copy), rest];
}

function sizeOf(header: Buffer) {
  return parseInt(header.toString('latin1', SIZE.at, SIZE.at + SIZE.length).replace(/[\0 ]+$/, ''), 8) || 0;
}

/** Writes the sum of a header's bytes, with its own field read as spaces. @param header - changed in place */
function withChecksum(header: Buffer) {
  header.fill(' ', CHECKSUM.at, CHECKSUM.at + CHECKSUM.length);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM.at, 'latin1');
  return header;
}
