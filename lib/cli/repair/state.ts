import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SynthesizedStack } from '../project/synthesized-stack';

/** One object in Terraform's state. */
export interface StateObject {
  readonly type: string;
  /** Address, as in 'docker_container.api'. */
  readonly address: string;
  readonly id: string;
  readonly name: string;
  /** True if it waits for its removal, because its successor exists. */
  readonly isDeposed: boolean;
  readonly isTainted: boolean;
}

/** Terraform's state of a stack. */
export interface State {
  readonly serial: number;
  readonly lineage: string;
  readonly objects: readonly StateObject[];
}

interface StateText {
  readonly serial?: number;
  readonly lineage?: string;
  readonly resources?: readonly ResourceText[];
}

interface ResourceText {
  readonly mode?: string;
  readonly type?: string;
  readonly name?: string;
  readonly instances?: readonly InstanceText[];
}

interface InstanceText {
  readonly status?: string;
  readonly deposed?: string;
  readonly attributes?: { readonly id?: string; readonly name?: string };
}

/** Returns the absolute path of a stack's state file; undefined if the state is not a local file. */
export function stateFileOf({
  directory,
  document,
}: Pick<SynthesizedStack, 'directory' | 'document'>): string | undefined {
  const stated = document.terraform?.backend?.local?.path;
  return stated === undefined ? undefined : resolve(directory, stated);
}

/** Number of reads, and milliseconds between them, of a file that another Terraform may be writing. */
const ATTEMPTS = 20;
const PAUSE = 25;

/** Returns the state in a file: 'absent', 'broken' if it is incomplete, or undefined if it is encrypted. */
export function readStateFile(file: string): State | 'absent' | 'broken' | undefined {
  let state: State | 'absent' | 'broken' | undefined = 'broken';
  for (let attempt = 0; attempt < ATTEMPTS && state === 'broken'; attempt += 1) {
    if (attempt > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    state = readOnce(file);
  }
  return state;
}

/** Returns the state in a file if it is complete, readable and not without objects. */
export function readWholeState(file: string): State | undefined {
  const state = readStateFile(file);
  return isWhole(state) ? state : undefined;
}

/** Returns true for a state with objects: what Terraform leaves when it is not cut off, and nothing was destroyed. */
export function isWhole(state: State | 'absent' | 'broken' | undefined): state is State {
  return state !== 'absent' && state !== 'broken' && state !== undefined && state.objects.length > 0;
}

function readOnce(file: string): State | 'absent' | 'broken' | undefined {
  if (!existsSync(file)) return 'absent';
  const text = readFileSync(file, 'utf8');
  return text.trim() === '' ? 'broken' : parseState(text);
}

/** Returns the state in a text. An empty text is a state without content. */
export function parseState(text: string): State | 'broken' | undefined {
  if (text.trim() === '') return { serial: 0, lineage: '', objects: [] };
  const parsed = parse(text);
  if (parsed === undefined) return 'broken';
  const { serial = 0, lineage = '', resources } = parsed;
  return resources === undefined ? undefined : { serial, lineage, objects: resources.flatMap(objectsOf) };
}

function parse(text: string): StateText | undefined {
  try {
    return JSON.parse(text) as StateText;
  } catch {
    return undefined;
  }
}

function objectsOf({ mode, type = '', name = '', instances = [] }: ResourceText): readonly StateObject[] {
  if (mode !== 'managed') return [];
  return instances.map(({ attributes, deposed, status }) => ({
    type,
    address: `${type}.${name}`,
    id: attributes?.id ?? '',
    name: attributes?.name ?? '',
    isDeposed: deposed !== undefined,
    isTainted: status === 'tainted',
  }));
}
