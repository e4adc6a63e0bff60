/** A file as it stands in an archive. */
export interface TarFile {
  readonly content: Buffer;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

const BLOCK = 512;

/** An archive of one file, as an engine sends it. */
export function tarOf(name: string, file: TarFile): Buffer {
  const { content, mode = 0o644, uid = 0, gid = 0 } = file;
  const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  const header = entryHeader(name, '0', content.length, { mode, uid, gid });
  return Buffer.concat([header, content, padding, Buffer.alloc(2 * BLOCK)]);
}

/** An archive header with a right checksum; the kind `x` is an extended header. */
export function entryHeader(
  name: string,
  kind: string,
  size: number,
  { mode = 0o644, uid = 0, gid = 0 }: Omit<TarFile, 'content'> = {},
): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  [mode, uid, gid].forEach((number, index) => header.write(octal(number, 7), 100 + 8 * index));
  header.write(octal(size, 11), 124);
  header.write(octal(1_700_000_000, 11), 136);
  header.write(kind, 156);
  header.write('ustar\0' + '00', 257);
  header.write(`${octal(checksum(header), 6)}\0 `, 148);
  return header;
}

/** The files of an archive by name. Throws where a header's checksum is wrong. */
export function filesOf(tar: Buffer): Record<string, Required<TarFile>> {
  const files: [string, Required<TarFile>][] = [];
  for (let at = 0; tar[at] !== 0;) {
    const header = tar.subarray(at, at + BLOCK);
    const field = (start: number, length: number): string =>
      header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
    const number = (start: number, length: number): number => parseInt(field(start, length), 8);
    if (number(148, 8) !== checksum(header)) throw new Error(`wrong checksum of ${field(0, 100)}`);
    const size = number(124, 12);
    const content = Buffer.from(tar.subarray(at + BLOCK, at + BLOCK + size));
    files.push([field(0, 100), { content, mode: number(100, 8), uid: number(108, 8), gid: number(116, 8) }]);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return Object.fromEntries(files);
}

function octal(number: number, width: number): string {
  return number.toString(8).padStart(width, '0');
}

function checksum(header: Buffer): number {
  const field = (index: number): boolean => index >= 148 && index < 156;
  return header.reduce((sum, byte, index) => sum + (field(index) ? 32 : byte), 0);
}
