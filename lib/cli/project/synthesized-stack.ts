import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Manifest, MANIFEST_FILE } from '../../model/stack/manifest';
import { ConfigurationError, quote } from '../../values';

/** The parts of a `cdk.tf.json` that decide whether it can be applied here. */
export interface TerraformDocument {
  readonly terraform?: {
    readonly backend?: { readonly local?: { readonly path?: string } };
    readonly required_version?: string;
    readonly required_providers?: Readonly<Record<string, { readonly source?: string; readonly version?: string }>>;
  };
  readonly module?: unknown;
  readonly provider?: { readonly docker?: readonly { readonly host?: string; readonly cert_path?: string }[] };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Message of a construct. */
export interface Annotation {
  readonly constructPath: string;
  /** Level of the message, as in '@cdktf/info'. */
  readonly level: string;
  readonly message: string;
}

/** A stack as a synthesis wrote it. */
export interface SynthesizedStack {
  readonly name: string;
  /** Absolute path of the folder in which Terraform runs. */
  readonly directory: string;
  readonly document: TerraformDocument;
  /** Names of the stacks that must be deployed before. */
  readonly dependencies: readonly string[];
  readonly annotations: readonly Annotation[];
  /** Undefined for a stack that was not made of this library's constructs. */
  readonly manifest: Manifest | undefined;
}

/** Returns all stacks in an output folder, in the order of their names. */
export function readStacks(output: string): readonly SynthesizedStack[] {
  const file = join(output, 'manifest.json');
  if (!existsSync(file)) {
    throw new ConfigurationError(undefined, `the program wrote no ${quote(file)}; it has to call app.synth()`);
  }
  const { stacks } = readJson<{ readonly stacks: Readonly<Record<string, StackEntry>> }>(file);
  return Object.values(stacks)
    .map((entry) => readStack(output, entry))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

interface StackEntry {
  readonly name: string;
  readonly synthesizedStackPath: string;
  readonly workingDirectory: string;
  readonly dependencies?: readonly string[];
  readonly annotations?: readonly Annotation[];
}

function readStack(output: string, entry: StackEntry): SynthesizedStack {
  const { name, synthesizedStackPath, workingDirectory, dependencies = [], annotations = [] } = entry;
  const manifest = join(output, workingDirectory, MANIFEST_FILE);
  return {
    name,
    directory: join(output, workingDirectory),
    document: readJson<TerraformDocument>(join(output, synthesizedStackPath)),
    dependencies,
    annotations,
    manifest: existsSync(manifest) ? readJson<Manifest>(manifest) : undefined,
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/**
 * Returns the stacks that names match, in the order of the names. In a name, `*` stands for any text.
 *
 * @throws ConfigurationError that lists the stacks when a name fits none
 */
export function selectStacks(stacks: readonly SynthesizedStack[], names: readonly string[]): SynthesizedStack[] {
  const missing = names.find((name) => !stacks.some((stack) => fits(stack.name, name)));
  if (missing !== undefined) throw noSuchStack(missing, stacks);
  return [...new Set(names.flatMap((name) => stacks.filter((stack) => fits(stack.name, name))))];
}

/**
 * Returns the manifest of one stack.
 *
 * @throws ConfigurationError when there is no such stack, or it is not made of this library's constructs
 */
export function manifestOf(stacks: readonly SynthesizedStack[], name: string): Manifest {
  const stack = stacks.find((candidate) => candidate.name === name);
  if (stack === undefined) throw noSuchStack(name, stacks);
  if (stack.manifest !== undefined) return stack.manifest;
  throw new ConfigurationError(undefined, `stack ${quote(name)} has no ${MANIFEST_FILE}; make it an EnvironmentStack`);
}

/** Returns a list of the stacks, for a command that was given none of them. */
export function listStacks(stacks: readonly SynthesizedStack[]): string {
  return `the stacks are: ${stacks.map((stack) => stack.name).join(', ') || 'none'}`;
}

function noSuchStack(name: string, stacks: readonly SynthesizedStack[]): ConfigurationError {
  return new ConfigurationError(undefined, `there is no stack ${quote(name)}; ${listStacks(stacks)}`);
}

function fits(name: string, pattern: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[^\w-]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`, 's').test(name);
}
