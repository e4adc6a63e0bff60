import { readableJson } from './golden';
import type { Block, Document } from './stacks';

const MULTILINE = /\n/;

/**
 * A document as files that people read: what all containers of a kind have in common is said once, texts of several
 * lines lie in files of their own, and hashes of contents, which change with every edit of them, are left out.
 */
export function readableStack(name: string, document: Document): Record<string, string> {
  const texts = new Map<string, string>();
  const { docker_container: containers = {}, ...others } = document.resource;
  const lifted = Object.fromEntries(
    Object.entries(containers).map(([id, block]) => [id, liftTexts(readableContainer(block), id, texts) as Block]),
  );
  const running = pick(lifted, (block) => block.start !== false);
  const carriers = pick(lifted, (block) => block.start === false);
  const readable = {
    ...document,
    resource: { ...others },
    'containers that run': foldReplicas(factored(running)),
    'containers that only carry files': factored(carriers),
  };
  return { [`${name}.json`]: `${withoutHashes(readableJson(readable))}\n`, ...Object.fromEntries(texts) };
}

function readableContainer(block: Block): Block {
  const labels = block.labels as readonly { readonly label: string; readonly value: string }[];
  return { ...block, labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])) };
}

function pick(blocks: Readonly<Record<string, Block>>, wanted: (block: Block) => boolean): Record<string, Block> {
  return Object.fromEntries(Object.entries(blocks).filter(([, block]) => wanted(block)));
}

/** Takes out of every block what all of them say. */
function factored(blocks: Readonly<Record<string, Block>>): Record<string, unknown> {
  const all = Object.values(blocks).map(
    (block) => new Map(Object.entries(block).map(([k, v]) => [k, JSON.stringify(v)])),
  );
  const [first = new Map<string, string>()] = all;
  const common = [...first].filter(([key, text]) => all.every((block) => block.get(key) === text)).map(([key]) => key);
  const [example = {}] = Object.values(blocks);
  const own = Object.entries(blocks).map(([id, block]) => [id, without(block, common)] as const);
  return {
    'each has': Object.fromEntries(common.map((key) => [key, example[key]])),
    ...Object.fromEntries(own),
  };
}

/** The second and further containers of a service differ from the first in little. */
function foldReplicas(blocks: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(blocks).map(([id, block]) => {
      const first = blocks[id.replace(/-\d+$/, '')];
      return first === block
        ? [id, block]
        : [id, first === undefined ? block : difference(first as Block, block as Block)];
    }),
  );
}

function difference(first: Block, other: Block): Block {
  const differs = Object.keys(other).filter((key) => JSON.stringify(other[key]) !== JSON.stringify(first[key]));
  const missing = Object.keys(first).filter((key) => !(key in other));
  if (missing.length > 0) throw new Error(`a replica lacks ${missing.join(', ')}`);
  return { 'like the first, but': Object.fromEntries(differs.map((key) => [key, other[key]])) };
}

function without(block: Block, keys: readonly string[]): Block {
  return Object.fromEntries(Object.entries(block).filter(([key]) => !keys.includes(key)));
}

/** Replaces texts of several lines by the name of the file they are put into. */
function liftTexts(value: unknown, id: string, texts: Map<string, string>): unknown {
  if (typeof value === 'string' && MULTILINE.test(value)) {
    const duplicate = [...texts].find(([, text]) => text === value)?.[0];
    const name = duplicate ?? `${id}${extensionOf(value)}`;
    texts.set(name, name.endsWith('.json') ? `${readableJson(JSON.parse(value))}\n` : value);
    return `see ${name}`;
  }
  if (Array.isArray(value)) return value.map((item) => liftTexts(item, id, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, liftTexts(item, id, texts)]));
}

function extensionOf(text: string): string {
  if (text.startsWith('#!/bin/sh')) return '.sh';
  if (text.includes('scram-sha-256')) return '.pg_hba.conf';
  if (text.startsWith('{\n  "')) return '.json';
  if (text.startsWith('[barman]')) return '.barman.conf';
  return '.Caddyfile';
}

function withoutHashes(json: string): string {
  return json
    .replaceAll('.no-secrets', '.secrets')
    .replace(/assets\/Gate\/[0-9a-f]{12}/g, 'assets/Gate/<hash>')
    .replace(/"revision": "[0-9a-f]{12}"/g, '"revision": "<hash>"')
    .replace(/jsonencode\(\[\\"[0-9a-f]{12}\\"/g, 'jsonencode([\\"<hash>\\"')
    .replace(/(image-(?:api|backup|db))-[0-9a-f]{6}/g, '$1-<hash>')
    .replace(/("mnemolite-[a-z]+\/[a-z]+):[0-9a-f]{12}"/g, '$1:<hash>"');
}
