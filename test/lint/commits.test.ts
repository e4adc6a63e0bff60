import { lastSubject, subjectProblem } from '../support/commit-subject';

test.each([
  'cli: run Terraform without a second command line',
  'test/e2e: pass the address on',
  'docs: focus on what a newcomer needs',
  'proxy: embed the certificate',
  'release: 0.2.0',
  'Merge branch "proxy-faults"',
  'Revert "cli: run Terraform without a second command line"',
])('%s: a subject that may stand', (subject) => expect(subjectProblem(subject)).toBeUndefined());

test.each([
  ['Add a proxy', 'must have the form `area: imperative`'],
  ['Proxy: add a route', 'must have the form `area: imperative`'],
  ['proxy: Add a route', 'must go on with an imperative such as "add", got "Add"'],
  ['proxy: added a route', 'must go on with an imperative such as "add", got "added"'],
  ['proxy: adding a route', 'must go on with an imperative such as "add", got "adding"'],
  ['proxy: adds a route', 'must go on with an imperative such as "add", got "adds"'],
  ['proxy: what a reload keeps', 'must go on with an imperative such as "add", got "what"'],
  ['proxy: labels, a route and more', 'must go on with an imperative such as "add", got "labels"'],
  ['proxy: add a route.', 'must not end in a full stop'],
  [`proxy: add ${'a'.repeat(62)}`, 'must have at most 72 characters, got 73'],
])('%s: a subject that %s', (subject, problem) => expect(subjectProblem(subject)).toBe(problem));

const last = lastSubject();
const testLast = last === undefined ? test.skip : test;

testLast(
  `the last commit has a subject of this form${last === undefined ? ' (SKIPPED: no history of git here)' : ''}`,
  () => {
    expect([last, subjectProblem(last ?? '')]).toEqual([last, undefined]);
  },
);
