import path from 'node:path';
import { Linter } from 'eslint';

const root = path.join(__dirname, '../..');
const config = jest.requireActual<Linter.Config[]>('../../eslint.config.js');
const linter = new Linter({ cwd: root });

/** The rules that fire on a file of this path and text, each once. The file need not exist. */
function findings(file: string, text: string): readonly string[] {
  const messages = linter.verify(text, config, { filename: path.join(root, file) });
  return [...new Set(messages.map((message) => message.ruleId ?? message.message))];
}

const importing = (specifier: string): string => `import { thing } from '${specifier}';\nthing();\n`;
const RESTRICTED = '@typescript-eslint/no-restricted-imports';

describe('the layers of the library', () => {
  test.each([
    ['lib/values/a.ts', '../model'],
    ['lib/values/a.ts', 'cdktf'],
    ['lib/values/deep/a.ts', '../../config/caddyfile'],
    ['lib/config/a.ts', '../model/secret'],
    ['lib/config/caddyfile/a.ts', '../../services'],
    ['lib/config/a.ts', 'constructs'],
    ['lib/model/a.ts', '../platform/engine'],
    ['lib/model/a.ts', '../config'],
    ['lib/model/a.ts', '@cdktf/provider-docker'],
    ['lib/platform/a.ts', '../services'],
    ['lib/platform/a.ts', '../config'],
    ['lib/platform/a.ts', '@cdktf/provider-docker/lib/container'],
    ['lib/platform/engine/resources.ts', '../../../test/support/tree'],
    ['lib/services/a.ts', '../platform'],
    ['lib/services/a.ts', '../platform/engine/policies'],
    ['lib/services/a.ts', '@cdktf/provider-docker/lib/container'],
    ['lib/platform/engine/policies/a.ts', '../../../services/api-service'],
    ['lib/platform/shared/a.ts', '../engine/container'],
    ['lib/platform/shared/a.ts', '@cdktf/provider-docker/lib/container'],
    ['lib/cli/a.ts', '../services'],
    ['lib/engine-client/a.ts', '../values'],
    ['lib/engine-client/a.ts', 'constructs'],
    ['lib/platform/a.ts', '../engine-client/connection'],
    ['programs/gate/a.ts', '../../lib/values'],
    ['programs/gate/a.ts', '../../lib/model/secrets/secret'],
    ['programs/gate/a.ts', 'cdktf'],
    ['lib/services/a.ts', '..'],
    ['lib/services/a.ts', '../index'],
    ['lib/model/a.ts', '../../stacks/environments'],
    ['lib/index.ts', '../stacks/environments'],
    ['lib/index.ts', '@cdktf/provider-docker'],
    ['stacks/a.ts', '../bin/synth'],
    ['stacks/mnemolite/a.ts', '../../test/support/tree'],
  ])('%s may not import %s', (file, specifier) => {
    expect(findings(file, importing(specifier))).toEqual([RESTRICTED]);
  });

  test.each([
    ['lib/values/a.ts', './quoted'],
    ['lib/config/caddyfile/a.ts', '../../values'],
    ['lib/model/a.ts', '../values/duration'],
    ['lib/model/a.ts', './values-of-a-service'],
    ['lib/platform/engine/a.ts', '../../model/workload'],
    ['lib/platform/engine/a.ts', '../shared/path-name'],
    ['lib/platform/engine/resources.ts', '@cdktf/provider-docker/lib/container'],
    ['lib/services/a.ts', '../config'],
    ['lib/services/a.ts', '../model'],
    ['lib/platform/engine/policies/a.ts', '../../../model'],
    ['lib/cli/a.ts', '../model'],
    ['lib/cli/a.ts', '../engine-client/engine-client'],
    ['programs/gate/a.ts', '../../lib/engine-client/connection'],
    ['programs/gate/a.ts', '../../lib/model/stack/labels'],
    ['lib/platform/a.ts', '../program-folder'],
    ['lib/index.ts', './platform'],
    ['stacks/mnemolite/a.ts', '../../lib'],
    ['bin/a.ts', '../stacks/environments'],
  ])('%s may import %s', (file, specifier) => {
    expect(findings(file, importing(specifier))).toEqual([]);
  });
});

test('another file of the platform may know the types of the provider', () => {
  const text =
    "import type { Container } from '@cdktf/provider-docker/lib/container';\nexport const a = (x: Container) => x.id;\n";
  expect(findings('lib/platform/a.ts', text)).toEqual([]);
  expect(findings('lib/services/a.ts', text)).toEqual([RESTRICTED]);
});

describe('the shape of the code', () => {
  const lines = (count: number, text: string): string => `${text}\n`.repeat(count);

  test.each([
    ['a cast that hides a type', 'export const a = JSON.parse("1") as unknown as Date;\n', 'no-restricted-syntax'],
    ['instanceof', 'export const is = (x: object) => x instanceof Date;\n', 'no-restricted-syntax'],
    ['a default export', 'export default 1;\n', 'no-restricted-syntax'],
    ['any', 'export const a = (x: any) => String(x);\n', '@typescript-eslint/no-explicit-any'],
    ['a non-null assertion', 'export const a = [1][0]!;\n', '@typescript-eslint/no-non-null-assertion'],
    ['output', 'console.log(1);\n', 'no-console'],
    ['a file over 250 lines', lines(251, '// line'), 'max-lines'],
    [
      'a function over 40 lines',
      `export function a() {\n${lines(40, "  'line'.trim();")}}\n`,
      'max-lines-per-function',
    ],
    ['eleven ways through a function', `export const a = (x: number) => ${'x || '.repeat(10)}0;\n`, 'complexity'],
  ])('lib may not hold %s', (_what, text, rule) => {
    expect(findings('lib/model/a.ts', text)).toEqual([rule]);
  });

  test('lib cannot switch a rule off by a comment', () => {
    const text = '// eslint-disable-next-line no-var\nvar a = 1;\n\nexport const b = a;\n';
    expect(findings('lib/model/a.ts', text)).toContain('no-var');
  });

  test('a long file of 250 lines and a function of 40 are still fine', () => {
    const text = `export function a() {\n${lines(38, "  'line'.trim();")}}\n${lines(210, '// line')}`;
    expect(findings('lib/model/a.ts', text)).toEqual([]);
  });
});
