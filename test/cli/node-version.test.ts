import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Linter } from 'eslint';
import { isOldNode, LEAST_NODE } from '../../lib/cli/project/node-version';

const ROOT = path.join(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

describe('the oldest Node', () => {
  test.each([
    ['20.8.1', true],
    ['18.19.1', true],
    ['20.9.0', false],
    ['20.10.0', false],
    ['22.0.0', false],
    ['26.10.0', false],
  ])('makes %s too old: %j', (version, expected) => {
    expect(isOldNode(version)).toBe(expected);
  });

  test('is the one of package.json', () => {
    const { engines } = JSON.parse(read('package.json')) as { readonly engines: { readonly node: string } };
    expect(engines.node).toBe(`>=${LEAST_NODE.replace(/\.0$/, '')}`);
  });

  test('is looked at before any script, in words of an old Node', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    const ours = Object.entries(scripts).filter(
      ([name, line]) => line.startsWith('node ') && !/^(build|prepack)$/.test(name),
    );
    for (const [, line] of ours)
      expect(line).toMatch(/^node --require \.\/scripts\/supported-node\.js scripts\/\w+\.js/);
    expect(ours).toHaveLength(11);
    const problems = new Linter().verify(read('scripts/supported-node.js'), [
      { languageOptions: { ecmaVersion: 5, sourceType: 'script' } },
    ]);
    expect(problems).toEqual([]);
  });

  test.each([
    ['scripts/supported-node.js', ''],
    ['bin/supported-node.ts', "require('ts-node').register(); "],
  ])('ends %s with one sentence', (file, first) => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '18.19.1' });";
    const script = `${first}${old} require('./${file}')`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(
        /^This needs Node 20\.9(\.0)? or newer, and is run by Node 18\.19\.1; get one: https:\/\/nodejs\.org\n$/,
      ),
    ]);
  });
});
