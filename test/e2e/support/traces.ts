import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** Finds values in text and data, however they were written there. */
export class Traces {
  private readonly needles: readonly { readonly name: string; readonly bytes: Buffer }[];

  public constructor(secrets: Readonly<Record<string, Buffer>>) {
    this.needles = Object.entries(secrets).flatMap(([name, value]) =>
      Object.entries(spellings(value)).map(([spelling, text]) => ({ name: `${name} as ${spelling}`, bytes: text })),
    );
  }

  /** Names of the secrets found in it, and how they are written. */
  public in(data: Buffer | string): string[] {
    const bytes = Buffer.from(data);
    return this.needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name);
  }

  /** The same for all files below a directory. */
  public below(directory: string): string[] {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.flatMap((entry) => {
      const file = join(entry.parentPath, entry.name);
      return this.in(readFileSync(file)).map((found) => `${file}: ${found}`);
    });
  }

  /** The same for what is packed into a file of Terraform's: a plan is a ZIP archive. */
  public inPlan(file: string): string[] {
    return unzip(readFileSync(file)).flatMap(({ name, content }) =>
      this.in(content).map((found) => `${name}: ${found}`),
    );
  }
}

/** What a value looks like in the places where one might come across it. */
export function spellings(value: Buffer): Record<string, Buffer> {
  const text = value.toString();
  const json = JSON.stringify(text).slice(1, -1);
  return {
    'plain text': value,
    hexadecimal: Buffer.from(value.toString('hex')),
    'upper-case hexadecimal': Buffer.from(value.toString('hex').toUpperCase()),
    'a part of a URL': Buffer.from(encodeURIComponent(text)),
    JSON: Buffer.from(json),
    'JSON in JSON': Buffer.from(JSON.stringify(json).slice(1, -1)),
    // Terraform and Go write these signs in another way.
    'JSON of Go': Buffer.from(json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)),
    ...Object.fromEntries([0, 1, 2].map((offset) => [`Base64, ${offset} bytes in`, base64(value, offset)])),
  };
}

/** The part of a Base64 text that depends on the value alone when other bytes stand before and after it. */
function base64(value: Buffer, offset: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(offset), value]).toString('base64');
  const from = [0, 2, 3][offset] ?? 0;
  const bits = (offset + value.length) * 8;
  return Buffer.from(text.slice(from, Math.floor(bits / 6)));
}

/** The files of a ZIP archive, by its directory at the end. */
function unzip(zip: Buffer): { readonly name: string; readonly content: Buffer }[] {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('not a ZIP archive');
  const files = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field));
    const header = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const packed = zip.subarray(start, start + size);
    files.push({ name, content: method === 0 ? packed : inflateRawSync(packed) });
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return files;
}
