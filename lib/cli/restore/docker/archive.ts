const BLOCK = 512;

/** A file for a container. */
export interface ArchivedFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: Buffer;
}

/**
 * Returns a tar archive of files that only one user may read, with their folders.
 *
 * @param user - as in '999:999'
 */
export function privateArchive(files: readonly ArchivedFile[], user: string): Buffer {
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
  const parts = [
    ...folders.map((folder) => header({ name: `${folder.slice(1)}/`, mode: '0000700', size: 0, kind: '5', user })),
    ...files.flatMap(({ path, content }) => [
      header({ name: path.slice(1), mode: '0000400', size: content.length, kind: '0', user }),
      content,
      Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
    ]),
  ];
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

interface Entry {
  readonly name: string;
  readonly mode: string;
  readonly size: number;
  readonly kind: '0' | '5';
  readonly user: string;
}

/** Returns a header of the format `ustar`; names are those of secrets, which fit. */
function header({ name, mode, size, kind, user }: Entry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [uid = '0', gid = '0'] = user.split(':');
  block.write(name, 0, 100);
  block.write(mode, 100);
  block.write(octal(Number(uid), 7), 108);
  block.write(octal(Number(gid), 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(kind, 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length, '0');
}
