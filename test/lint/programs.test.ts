import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, requireProgram } from '../support/programs';
import { ROOT } from '../support/stacks';

/** Folders of the repository with texts for other programs. */
const FOLDERS = ['.ci', 'lib', 'programs', 'scripts', 'stacks', 'test'];

/** Findings of hadolint that were reviewed: each rule with the reason, and the files that it may stay silent about. */
const REVIEWED: readonly { readonly rule: string; readonly files: RegExp; readonly reason: string }[] = [
  {
    rule: 'DL3008',
    files: /./,
    reason: 'A version of a package that a distribution has replaced can be installed no more.',
  },
  {
    rule: 'DL3015',
    files: /^test\/e2e\/images\//,
    reason: 'The stand-ins say so in the configuration of apt that their base has.',
  },
  {
    rule: 'DL3066',
    files: /^programs\/backup\/Dockerfile$/,
    reason: 'The image installs packages as root, which is a name on each system.',
  },
];

interface Finding {
  readonly code: string;
  readonly file: string;
  readonly line: number;
}

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
).filter((name) => !/(^|\/)(node_modules|\.cache|__pycache__)\//.test(name));

const inRoot = { cwd: ROOT, encoding: 'utf8' } as const;

describeWith('hadolint', 'hadolint', () => {
  const dockerfiles = files.filter((name) => name.endsWith('/Dockerfile'));

  test('finds nothing in the Dockerfiles that was not reviewed', () => {
    const { stdout } = spawnSync(requireProgram('hadolint'), ['--format', 'json', ...dockerfiles], inRoot);
    const found = JSON.parse(stdout) as readonly Finding[];
    const isReviewed = ({ code, file }: Finding): boolean =>
      REVIEWED.some((one) => one.rule === code && one.files.test(file));
    expect(found.filter((one) => !isReviewed(one))).toEqual([]);
    const unused = REVIEWED.filter((one) => !found.some(({ code, file }) => code === one.rule && one.files.test(file)));
    expect(unused).toEqual([]);
  });
});

describeWith('shellcheck', 'shellcheck', () => {
  const scripts = files.filter((name) => name.endsWith('.sh') || name === '.ci/run');
  // A workload's shell reads these; they begin without a first line.
  const isPart = (name: string): boolean => name.startsWith('programs/quiesce/');

  test.each(scripts)('finds nothing in %s', (name) => {
    const args = ['--external-sources', ...(isPart(name) ? ['--shell=sh'] : []), name];
    const { stdout } = spawnSync(requireProgram('shellcheck'), args, inRoot);
    expect(stdout).toBe('');
  });
});

describeWith('mypy', 'mypy', () => {
  test('finds nothing in the backup program, with all of its checks', () => {
    const args = ['--config-file', 'programs/backup/mypy.ini', '--cache-dir', 'node_modules/.cache/mypy'];
    const { stdout } = spawnSync(requireProgram('mypy'), [...args, 'programs/backup/backup'], inRoot);
    expect(stdout).toMatch(/^Success: no issues found in [1-9]\d+ source files$/m);
  });
});
