import { spawnSync } from 'node:child_process';
import { programFile } from '../../program-folder';
import { ConfigurationError } from '../../values';

/** Reason why a file could not be converted: made for another key, or not an intact age file. */
export type AgeProblem = 'other-recipient' | 'damaged';

export interface AgeResult {
  readonly content?: Buffer;
  readonly problem?: AgeProblem;
}

export type AgeRequest =
  | { readonly action: 'decrypt'; readonly identities: readonly string[]; readonly contents: readonly Buffer[] }
  | { readonly action: 'encrypt'; readonly recipients: readonly string[]; readonly contents: readonly Buffer[] };

interface AgeAnswer {
  readonly problem?: 'key';
  readonly results?: readonly { readonly content?: string; readonly problem?: AgeProblem }[];
}

const PROGRAM = programFile('age', 'age.cjs');
const MAXIMUM_OUTPUT = 256 * 1024 * 1024;

/**
 * Encrypts or decrypts all contents in one run of a small program. It is synchronous, so it works during a synthesis.
 * Returns undefined if an identity or recipient is malformed.
 */
export function runAge(request: AgeRequest): readonly AgeResult[] | undefined {
  const input = JSON.stringify({ ...request, contents: request.contents.map((content) => content.toString('base64')) });
  // Options for the surrounding program (loaders, debuggers) do not belong to this one.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const run = spawnSync(process.execPath, [PROGRAM], { input, env, encoding: 'utf8', maxBuffer: MAXIMUM_OUTPUT });
  if (run.status !== 0) throw cannotRun();
  const { problem, results = [] } = JSON.parse(run.stdout) as AgeAnswer;
  return problem === undefined ? results.map(toResult) : undefined;
}

function toResult(answer: { readonly content?: string; readonly problem?: AgeProblem }): AgeResult {
  if (answer.content === undefined) return { problem: answer.problem };
  return { content: Buffer.from(answer.content, 'base64') };
}

function cannotRun(): ConfigurationError {
  return new ConfigurationError(
    undefined,
    'encrypted secrets need the package "age-encryption", which cannot be loaded; reinstall the dependencies',
  );
}
