import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { shellQuoted } from '../terminal/shown-name';
import { withoutEscapes } from '../terraform/terraform-log';
import type { DocumentResource } from './places';

/** Number of lines of a build's output that are shown. */
const MOST_LINES = 20;

/** A build in the document. */
interface Build {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly platform?: string;
  readonly build_args?: Readonly<Record<string, string>>;
  readonly build_log_file?: string;
  readonly additional_contexts?: readonly string[];
  readonly secrets?: readonly { readonly id: string; readonly src?: string; readonly env?: string }[];
}

/** A build that failed. */
export interface FailedBuild {
  /** Last lines of the builder's output; empty if it left none. */
  readonly lines: readonly string[];
  /** Command for the same build. */
  readonly command: string;
}

/**
 * Returns the failed build of an image.
 *
 * @param folder - folder of the stack, which the document's paths start from
 * @param directory - folder of the user, which the command is for
 * @returns undefined for an image that is pulled
 */
export function failedBuild(image: DocumentResource, folder: string, directory: string): FailedBuild | undefined {
  const build = image.build as Build | undefined;
  if (build === undefined) return undefined;
  const log = build.build_log_file === undefined ? undefined : join(folder, build.build_log_file);
  const here = (path: string): string => relative(directory, resolve(folder, literalPath(path))) || '.';
  return {
    lines: log === undefined || !existsSync(log) ? [] : lastLines(readFileSync(log, 'utf8')),
    command: ['docker build', ...words(build, here).map(quotedWord)].join(' '),
  };
}

/** Returns the last lines. At its end, the builder repeats the output of the failed step. */
function lastLines(text: string): readonly string[] {
  const lines = withoutEscapes(text)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '' && !/^-+$/.test(line));
  const step = lines.findLastIndex((line) => line.startsWith(' > ['));
  return lines.slice(Math.max(step, lines.length - MOST_LINES, 0));
}

function words(build: Build, here: (path: string) => string): readonly string[] {
  const { context = '.', dockerfile, target, platform, build_args: args = {}, secrets = [] } = build;
  return [
    ...(dockerfile === undefined ? [] : ['--file', here(dockerfile)]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${unescaped(value)}`]),
    ...secrets.flatMap((one) => ['--secret', secretWord(one, here)]),
    ...(build.additional_contexts ?? []).flatMap((one) => ['--build-context', contextWord(one, here)]),
    here(context),
  ];
}

function secretWord({ id, src, env }: NonNullable<Build['secrets']>[number], here: (path: string) => string): string {
  return src === undefined ? `id=${id},env=${env ?? ''}` : `id=${id},src=${here(src)}`;
}

function contextWord(text: string, here: (path: string) => string): string {
  const [name = '', ...path] = text.split('=');
  return `${name}=${here(path.join('='))}`;
}

/** Returns a Dockerfile's path, which is inside an expression. */
function literalPath(path: string): string {
  const quote = /^\$\{abspath\((".*")\)\}$/.exec(path)?.[1];
  return unescaped(quote === undefined ? path : (JSON.parse(quote) as string));
}

function unescaped(text: string): string {
  return text.replace(/([$%])\1\{/g, '$1{');
}

function quotedWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuoted(word);
}
