import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { App, Testing } from 'cdktf';
import { Engine, EnvironmentStack } from '../../lib';
import type { Environment, EnvironmentStackProps, SystemSettings } from '../../lib';

export const ROOT = path.join(__dirname, '..', '..');

/**
 * A directory that does not exist and is never made: no test sees the secrets of this checkout, and all secrets are
 * missing, so that fingerprints are the same on every machine.
 */
export const NO_SECRETS = path.join(ROOT, '.no-secrets');

export interface Block {
  readonly [key: string]: unknown;
}

/** What Terraform gets, without the framework's metadata and the provider's version. */
export interface Document {
  readonly resource: { readonly [type: string]: { readonly [id: string]: Block } };
  readonly [key: string]: unknown;
}

/** An app whose folders lie where the command line tool puts them, so that relative paths are the real ones. */
export function testApp(): App {
  const outdir = path.join(ROOT, 'cdktf.out');
  // The framework makes it when it is not there, which several tests may find at once.
  mkdirSync(outdir, { recursive: true });
  return new App({ outdir });
}

/** Facts about the environment and about the system in it. */
export type Place = Environment & SystemSettings;

export function testEnvironment(overrides: Partial<Environment> = {}): Environment {
  return { name: 'test', platform: new Engine(), ...overrides };
}

/** An empty stack `shop-test`. */
export function testStack(place: Partial<Place> = {}, props: Partial<EnvironmentStackProps> = {}): EnvironmentStack {
  const { domain, edge, expose, replicas, ...overrides } = place;
  return new EnvironmentStack(testApp(), {
    system: 'shop',
    environment: testEnvironment(overrides),
    ...{ domain, edge, expose, replicas },
    secretsDirectory: NO_SECRETS,
    encryptedSecretsDirectory: NO_SECRETS,
    ...props,
  });
}

/** The stack's document after all checks; nothing is written. */
export function synth(stack: EnvironmentStack): Document {
  const document = JSON.parse(Testing.synth(stack, true)) as Document & {
    readonly terraform: { readonly required_providers: { readonly docker: { version?: string } } };
  };
  delete document.terraform.required_providers.docker.version;
  return document;
}

export function block(document: Document, type: string, id: string): Block {
  const found = document.resource[type]?.[id];
  if (found !== undefined) return found;
  throw new Error(`no ${type}.${id}; there are ${Object.keys(document.resource[type] ?? {}).join(', ')}`);
}

export function container(document: Document, id: string): Block {
  return block(document, 'docker_container', id);
}

/** All that a container's revision depends on: the triggers of its claim, or what its label is a digest of. */
export function revision(document: Document, id: string): string {
  const labels = (container(document, id).labels ?? []) as readonly {
    readonly label: string;
    readonly value: string;
  }[];
  const value = labels.find(({ label }) => label === 'docker-constructs.revision')?.value ?? '';
  const claim = /terraform_data\.([^.]+)\.id/.exec(value)?.[1];
  return claim === undefined ? value : JSON.stringify(block(document, 'terraform_data', claim).triggers_replace);
}

/** `KEY=value` of a container as a record. */
export function variables(document: Document, id: string): Record<string, string> {
  const lines = (container(document, id).env ?? []) as readonly string[];
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

/** Ids of the resources of one type, sorted. */
export function ids(document: Document, type: string): readonly string[] {
  return Object.keys(document.resource[type] ?? {}).sort();
}

/** What is wrong with the stack, line by line; empty when it synthesizes. */
export function findings(stack: EnvironmentStack): readonly string[] {
  try {
    synth(stack);
    return [];
  } catch (error) {
    return messageOf(error).split('\n');
  }
}

/** The text of the error that it throws; fails when it throws none, or one that is not an Error. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  throw new Error(`not an error: ${String(thrown)}`);
}
