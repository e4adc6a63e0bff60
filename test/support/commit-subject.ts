import { spawnSync } from 'node:child_process';
import { ROOT } from './stacks';

const LONGEST = 72;
const FORM = /^[a-z][a-z0-9/-]*: (?<verb>\S+)/;
/** Subjects that git, or the release script, writes. */
const WRITTEN = /^(?:Merge |Revert "|(?:fixup|squash|amend)! |release: \d+\.\d+\.\d+)/;
const NO_VERB = new Set(
  'a an all and each every how if in it its more no not of on one our same that the this to what when where who with'.split(
    ' ',
  ),
);
const ENDS_LIKE_IMPERATIVE = new Set([
  'bring',
  'embed',
  'exceed',
  'feed',
  'need',
  'ping',
  'proceed',
  'seed',
  'shed',
  'shred',
  'speed',
  'spring',
  'string',
]);

/** Says what is wrong with the subject of a commit; undefined for one in the form `area: imperative`. */
export function subjectProblem(subject: string): string | undefined {
  if (WRITTEN.test(subject)) return undefined;
  const verb = FORM.exec(subject)?.groups?.verb?.replace(/\W+$/, '');
  if (verb === undefined) return 'must have the form `area: imperative`';
  if (!isImperative(verb)) return `must go on with an imperative such as "add", got "${verb}"`;
  if (subject.length > LONGEST) return `must have at most ${LONGEST} characters, got ${subject.length}`;
  return subject.endsWith('.') ? 'must not end in a full stop' : undefined;
}

/** Returns false for a word that is certainly not an imperative: "added", "adding", "adds", "Add", "the". */
function isImperative(word: string): boolean {
  if (!/^[a-z][a-z-]*$/.test(word) || NO_VERB.has(word)) return false;
  return ENDS_LIKE_IMPERATIVE.has(word) || !/(?:ed|ing|[^su]s)$/.test(word);
}

/** The subject of the last commit that is not a merge; undefined without git, and in a clone that holds only a merge. */
export function lastSubject(): string | undefined {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--no-merges', '--format=%s'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const subject = status === 0 ? stdout.trim() : '';
  return subject === '' || subject.startsWith('Merge ') ? undefined : subject;
}
