import { posix } from 'node:path';
import type { ContainerUpload } from '@cdktf/provider-docker/lib/container';
import { contentHash } from '../values';
import { stackContext } from '../model/stack-context';
import { pathFromStack } from '../model/stack-paths';
import { SECRETS_DIRECTORY } from '../model/secret';
import type { Workload } from '../model/workload';
import { pathName } from './path-name';
import { expression, literal, tokensOf } from './terraform-text';

/** A directory of files that is filled before the containers start. */
export interface FileDirectory {
  /** Last part of the volume's name. */
  readonly name: string;
  readonly path: string;
}

/** Directories that the secrets and files of a workload lie in. */
export function fileDirectories(workload: Workload): readonly FileDirectory[] {
  const directories = new Set(workload.configFiles.map((file) => posix.dirname(file.path)));
  return [
    ...(workload.secrets.length > 0 ? [{ name: 'secrets', path: SECRETS_DIRECTORY }] : []),
    ...[...directories].sort().map((directory) => ({ name: pathName(directory), path: directory })),
  ];
}

/** What the never-started container carries into the volumes. Only paths of secrets: their values stay in their files. */
export function fileUploads(workload: Workload): readonly ContainerUpload[] {
  const { secretStore } = stackContext(workload);
  const secrets = workload.secrets.map(({ secret, path: target }) => ({
    file: target,
    source: `${expression('${path.root}')}/${pathFromStack(workload, secretStore.pathOf(secret.name))}`,
    permissions: '0444',
  }));
  const files = workload.configFiles.map((file) => ({
    file: file.path,
    ...uploadContent(file.content),
    permissions: file.executable === true ? '0555' : '0444',
  }));
  return [...secrets, ...files];
}

/** Terraform conditions that stop the plan of this stack, and of no other, while a secret has no value. */
export function secretConditions(
  workload: Workload,
): readonly { readonly condition: string; readonly errorMessage: string }[] {
  const { stackName, secretStore } = stackContext(workload);
  return workload.secrets.map(({ secret: { name } }) => {
    const path = literal(pathFromStack(workload, secretStore.pathOf(name))).slice(1);
    const message = `Secret ${name} of ${stackName} has no value. Run: npx docker-constructs secrets ${stackName}`;
    return { condition: expression(`\${fileexists("\${path.root}/${path})}`), errorMessage: message };
  });
}

/** Changes when any content changes; holds keyed fingerprints of secrets, never their values. */
export function filesFingerprint(workload: Workload): string {
  const { secretStore } = stackContext(workload);
  return contentHash({
    secrets: workload.secrets.map((file) => [file.path, secretStore.fingerprint(file.secret.name)]).sort(byPath),
    files: workload.configFiles.map((file) => [file.path, file.content, file.executable ?? false]).sort(byPath),
  });
}

function byPath(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

/** Terraform keeps texts in one Unicode normal form only; others travel as bytes. */
export function uploadContent(content: string): Pick<ContainerUpload, 'content' | 'contentBase64'> {
  if (content !== content.normalize('NFC') && tokensOf(content).length === 0)
    return { contentBase64: Buffer.from(content).toString('base64') };
  // The provider takes an empty text for none at all.
  return { content: content === '' ? '\n' : content };
}
