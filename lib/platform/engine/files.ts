import { posix } from 'node:path';
import type { ContainerUpload } from '@cdktf/provider-docker/lib/container';
import { ConfigurationError, contentHash, quote } from '../../values';
import type { JsonValue } from '../../values';
import type { ConfigFile } from '../../model/workload/config-file';
import { alteredText, brokenText } from '../../model/workload/invalid-characters';
import { stackContext } from '../../model/stack/stack-context';
import { pathFromStack } from '../../model/stack/stack-paths';
import { SECRETS_DIRECTORY } from '../../model/secrets/secret';
import type { Workload } from '../../model/workload/workload';
import { pathName } from '../shared/path-name';
import { expression, literal, tokensOf } from '../shared/terraform-text';

/** Size limit of the files of one workload, secrets aside. */
const MOST_BYTES = 8 * 1024 ** 2;

/** A directory of files that is filled before the containers start. */
export interface FileDirectory {
  /** Last part of the volume's name. */
  readonly name: string;
  readonly path: string;
}

/** Returns the directories of a workload's secrets and files. */
export function fileDirectories(workload: Workload): readonly FileDirectory[] {
  const directories = new Set(workload.configFiles.map((file) => posix.dirname(file.path)));
  return [
    ...(workload.secrets.length > 0 ? [{ name: 'secrets', path: SECRETS_DIRECTORY }] : []),
    ...[...directories].sort().map((directory) => ({ name: pathName(directory), path: directory })),
  ];
}

/**
 * Returns the files that the never-started container carries into the volumes. It has only paths of secrets: their
 * values stay in their files.
 */
export function fileUploads(workload: Workload): readonly ContainerUpload[] {
  const { secretStore } = stackContext(workload);
  const secrets = workload.secrets.map(({ secret, path: target }) => ({
    file: target,
    source: `${expression('${path.root}')}/${pathFromStack(workload, secretStore.pathOf(secret.name))}`,
    permissions: '0444',
  }));
  assertSize(workload);
  const files = workload.configFiles.map((file) => ({
    file: file.path,
    ...uploadContent(file.content),
    permissions: file.executable === true ? '0555' : '0444',
  }));
  return [...secrets, ...files];
}

/** Returns Terraform conditions that stop the plan of this stack, and of no other, while a secret has no value. */
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

/** Returns a hash that changes with any content. It uses keyed fingerprints of secrets, never their values. */
export function filesFingerprint(workload: Workload): string {
  const { secretStore } = stackContext(workload);
  return contentHash({
    secrets: workload.secrets.map((file) => [file.path, secretStore.fingerprint(file.secret.name)]).sort(byPath),
    files: workload.configFiles
      .map((file) => [file.path, revisionContent(file.content), file.executable ?? false])
      .sort(byPath),
  });
}

function byPath(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

type Content = ConfigFile['content'];

/**
 * Returns the attributes of an upload. Terraform keeps texts in one Unicode normal form only, and without NUL; other
 * contents are sent as bytes.
 */
export function uploadContent(content: Content): Pick<ContainerUpload, 'content' | 'contentBase64' | 'source'> {
  // The provider ignores an empty text.
  if (content.length === 0) return { source: '/dev/null' };
  const text = textOf(content);
  if (text !== undefined && (tokensOf(text).length > 0 || alteredText(text) === undefined)) return { content: text };
  return { contentBase64: bytesOf(content).toString('base64') };
}

/**
 * Returns bytes as text if possible, so that they stay readable in the document, except for text that looks like a
 * reference.
 */
function textOf(content: Content): string | undefined {
  if (typeof content === 'string') return content;
  const bytes = bytesOf(content);
  const text = bytes.toString('utf8');
  return bytes.equals(Buffer.from(text)) && brokenText(text) === undefined && tokensOf(text).length === 0
    ? text
    : undefined;
}

function bytesOf(content: Content): Buffer {
  return Buffer.from(typeof content === 'string' ? new TextEncoder().encode(content) : content);
}

function revisionContent(content: Content): JsonValue {
  return textOf(content) ?? { base64: bytesOf(content).toString('base64') };
}

/**
 * Refuses files larger than a message between Terraform and its provider, which holds them three times and other data.
 */
function assertSize(workload: Workload): void {
  const sizes = workload.configFiles.map(({ path, content }) => ({ path, bytes: bytesOf(content).length }));
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MOST_BYTES) return;
  const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
  throw new ConfigurationError(
    workload,
    `has files of ${total} bytes, and Terraform carries at most ${MOST_BYTES} for one service; bring ${quote(largest?.path)} ` +
      'in by its image, or let a `Job` fetch it',
  );
}
