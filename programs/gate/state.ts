import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const DOCUMENT = 'cdk.tf.json';
/** Number of reads of an incomplete text: Terraform writes its state while steps run. */
const ATTEMPTS = 20;
const PAUSE = 50;

/** Terraform's state of the stack in whose folder a step runs. */
export interface Known {
  /** Ids of all containers, deposed ones too. */
  readonly ids: ReadonlySet<string>;
  /** Identities of revisions. */
  readonly claims: readonly { readonly name: string; readonly id: string }[];
}

interface Resource {
  readonly type?: string;
  readonly name?: string;
  readonly instances?: readonly { readonly attributes?: { readonly id?: string } | null }[];
}

interface State {
  readonly resources?: readonly Resource[];
}

interface Document {
  readonly terraform?: { readonly backend?: { readonly local?: { readonly path?: unknown } } };
}

/**
 * Reads the local state file that the document in the folder names.
 * @returns undefined if the state is not in a file that can be read here
 */
export async function readState(directory: string): Promise<Known | undefined> {
  const file = stateFile(directory);
  for (let attempt = 0; file !== undefined && attempt < ATTEMPTS; attempt += 1) {
    const state = readJson<State>(file);
    if (state !== undefined) return Array.isArray(state.resources) ? knownOf(state.resources) : undefined;
    if (!existsSync(file)) return undefined;
    await sleep(PAUSE);
  }
  return undefined;
}

function stateFile(directory: string): string | undefined {
  const stated = readJson<Document>(join(directory, DOCUMENT))?.terraform?.backend?.local?.path;
  // Another workspace has its state elsewhere.
  const { TF_WORKSPACE, TF_DATA_DIR } = process.env;
  const chosen = readText(resolve(directory, TF_DATA_DIR || '.terraform', 'environment'));
  const workspace = TF_WORKSPACE || chosen || 'default';
  return typeof stated === 'string' && workspace === 'default' ? resolve(directory, stated) : undefined;
}

function knownOf(resources: readonly Resource[]): Known {
  const instances = (wanted: string) =>
    resources
      .filter(({ type }) => type === wanted)
      .flatMap(({ name = '', instances: all = [] }) => all.map((one) => ({ name, id: one.attributes?.id ?? '' })));
  return {
    ids: new Set(instances('docker_container').map(({ id }) => id)),
    claims: instances('terraform_data').filter(({ name }) => name.endsWith('-revision')),
  };
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readText(file) ?? '') as T;
  } catch {
    return undefined;
  }
}

function readText(file: string) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
