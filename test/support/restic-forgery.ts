import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';

/** What `restic cat masterkey` prints. */
export interface MasterKey {
  readonly mac: { readonly k: string; readonly r: string };
  readonly encrypt: string;
}

/** A backup that never took place: when, of which host, with which tag. */
export interface Snapshot {
  /** With an offset, as restic writes it. */
  readonly time: string;
  readonly hostname: string;
  readonly tag: string;
}

/**
 * Puts a snapshot into a repository on this machine, encrypted as restic does it; thousands of them take a second.
 * Returns its id.
 */
export function forge(repository: string, key: MasterKey, { time, hostname, tag }: Snapshot): string {
  const text = { time, tree: '0'.repeat(64), paths: ['/spool/dump'], hostname, username: 'postgres', tags: [tag] };
  const file = seal(key, Buffer.from(JSON.stringify(text)));
  const id = createHash('sha256').update(file).digest('hex');
  writeFileSync(path.join(repository, 'snapshots', id), file);
  return id;
}

/** AES-256 in counter mode, and Poly1305 with a nonce by AES over what came of it. */
function seal({ mac, encrypt }: MasterKey, text: Buffer): Buffer {
  const start = randomBytes(16);
  const cipher = createCipheriv('aes-256-ctr', Buffer.from(encrypt, 'base64'), start);
  const hidden = Buffer.concat([cipher.update(text), cipher.final()]);
  const block = createCipheriv('aes-128-ecb', Buffer.from(mac.k, 'base64'), null).setAutoPadding(false);
  return Buffer.concat([start, hidden, poly1305(Buffer.from(mac.r, 'base64'), block.update(start), hidden)]);
}

function poly1305(r: Buffer, s: Buffer, text: Buffer): Buffer {
  const prime = (1n << 130n) - 5n;
  const factor = number(r) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  let sum = 0n;
  for (let at = 0; at < text.length; at += 16) {
    const part = Buffer.concat([text.subarray(at, at + 16), Buffer.of(1)]);
    sum = ((sum + number(part)) * factor) % prime;
  }
  const tag = (sum + number(s)) & ((1n << 128n) - 1n);
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse();
}

/** The last byte counts most. */
function number(bytes: Buffer): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
