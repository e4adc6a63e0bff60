import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

interface Release {
  readonly folder: string;
  readonly version: string;
  readonly date: string;
  readonly dryRun?: boolean;
  readonly verify: (folder: string) => Promise<void>;
  readonly say: (line: string) => void;
}
const { release } = jest.requireActual<{ readonly release: (options: Release) => Promise<void> }>(
  '../../scripts/release.js',
);
const { releasedFiles } = jest.requireActual<{
  readonly releasedFiles: (
    read: (file: string) => string,
    version: string | undefined,
    date: string,
  ) => Readonly<Record<string, string>>;
}>('../../scripts/release-texts.js');

const CHANGELOG = '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A proxy.\n\n## [0.1.0]\n\n- All.\n';
const FILES: Readonly<Record<string, string>> = {
  'CHANGELOG.md': CHANGELOG,
  'README.md': 'Install docker-constructs-0.1.0.tgz.\n',
  'package.json': '{\n  "name": "docker-constructs",\n  "version": "0.1.0"\n}\n',
  'package-lock.json': JSON.stringify({
    version: '0.1.0',
    packages: { '': { version: '0.1.0', license: 'MIT' }, 'node_modules/a': { version: '0.1.0' } },
  }),
};

const read =
  (files: Readonly<Record<string, string>>) =>
  (file: string): string =>
    files[file] ?? '';

describe('The files of a release', () => {
  test('the changelog, both manifests and the name of the archive get the version', () => {
    const files = releasedFiles(read(FILES), '0.2.0', '2026-12-01');
    expect({ ...files, 'package-lock.json': JSON.parse(files['package-lock.json'] ?? '') as unknown }).toEqual({
      'CHANGELOG.md':
        '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A proxy.\n\n## [0.1.0]\n\n- All.\n',
      'README.md': 'Install docker-constructs-0.2.0.tgz.\n',
      'package.json': '{\n  "name": "docker-constructs",\n  "version": "0.2.0"\n}\n',
      'package-lock.json': {
        version: '0.2.0',
        packages: { '': { version: '0.2.0', license: 'MIT' }, 'node_modules/a': { version: '0.1.0' } },
      },
    });
  });

  test.each([
    [undefined, 'the version must have the form 1.2.3, got ""'],
    ['v0.2.0', 'the version must have the form 1.2.3, got "v0.2.0"'],
    ['0.1.0', 'the version must be above 0.1.0, the one in package.json, got 0.1.0'],
    ['0.0.9', 'the version must be above 0.1.0, the one in package.json, got 0.0.9'],
  ])('the version %s is refused: %s', (version, problem) => {
    expect(() => releasedFiles(read(FILES), version, '2026-12-01')).toThrow(problem);
  });

  test.each([
    ['# Changelog\n', 'CHANGELOG.md must have the heading "## [Unreleased]"'],
    ['## [Unreleased]\n\n## [0.1.0]\n\n- All.\n', 'CHANGELOG.md must have entries below "## [Unreleased]"'],
  ])('a changelog without something to release is refused: %j', (changelog, problem) => {
    const files = { ...FILES, 'CHANGELOG.md': changelog };
    expect(() => releasedFiles(read(files), '0.2.0', '2026-12-01')).toThrow(problem);
  });
});

describe('A release in a repository', () => {
  let folder: string;
  const said: string[] = [];
  const git = (...args: readonly string[]): string => {
    const { stdout, stderr, status } = spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return stdout.trimEnd();
  };
  const onDisk = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(folder)
        .filter((name) => name !== '.git')
        .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
    );
  /** Everything that a mistake must leave alone. */
  const tree = (): unknown => [onDisk(), git('status', '--porcelain'), git('log', '--format=%H'), git('tag')];
  const archive = async (at: string): Promise<void> =>
    writeFileSync(path.join(at, 'docker-constructs-0.2.0.tgz'), 'packed');
  const start = (options: Partial<Release> = {}): Promise<void> =>
    release({
      folder,
      version: '0.2.0',
      date: '2026-12-01',
      verify: archive,
      say: (line) => said.push(line),
      ...options,
    });

  beforeEach(() => {
    said.length = 0;
    folder = mkdtempSync(path.join(os.tmpdir(), 'docker-constructs-release-'));
    for (const [file, text] of Object.entries({ ...FILES, '.gitignore': '*.tgz\n' })) {
      writeFileSync(path.join(folder, file), text);
    }
    git('init', '--quiet', '--initial-branch=main');
    git('config', 'user.name', 'A maintainer');
    git('config', 'user.email', 'maintainer@example.org');
    git('add', '.');
    git('commit', '--quiet', '--message', 'proxy: add it');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is a commit, a tag and an archive, and publishing them is left to a person', async () => {
    await start();
    expect(git('log', '--format=%s')).toBe('release: 0.2.0\nproxy: add it');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('for-each-ref', '--format=%(refname) %(objecttype) %(subject)', 'refs/tags')).toBe(
      'refs/tags/v0.2.0 tag docker-constructs 0.2.0',
    );
    expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'main'));
    expect(onDisk()).toMatchObject(releasedFiles(read(FILES), '0.2.0', '2026-12-01'));
    expect(onDisk()['docker-constructs-0.2.0.tgz']).toBe('packed');
    expect(said).toEqual([
      'Made the commit "release: 0.2.0", the tag v0.2.0 and docker-constructs-0.2.0.tgz. To publish them:',
      '  git push --atomic origin main v0.2.0\n  npm publish docker-constructs-0.2.0.tgz',
    ]);
  });

  test('a dry run changes nothing and tests nothing', async () => {
    const before = tree();
    await start({ dryRun: true, verify: () => Promise.reject(new Error('tested')) });
    expect(tree()).toEqual(before);
    expect(said).toEqual([
      'Would change CHANGELOG.md, README.md, package.json, package-lock.json; test; make docker-constructs-0.2.0.tgz; commit "release: 0.2.0"; tag v0.2.0',
    ]);
  });

  test.each([
    [
      'a changed file',
      () => writeFileSync(path.join(folder, 'README.md'), 'Other.\n'),
      /clean, got changes of README.md/,
    ],
    ['a new file', () => writeFileSync(path.join(folder, 'new.ts'), ''), /clean, got changes of new.ts/],
    ['another branch', () => git('switch', '--quiet', '--create', 'next'), /on the branch main, got "next"/],
    ['a tag of that name', () => git('tag', 'v0.2.0'), /the tag v0.2.0 exists/],
  ])('%s is refused before anything is changed', async (_, prepare, problem) => {
    prepare();
    const before = tree();
    await expect(start()).rejects.toThrow(problem);
    expect(tree()).toEqual(before);
  });

  const failAfterPacking = async (): Promise<void> => {
    await archive(folder);
    throw new Error('publint refuses the archive');
  };
  const hook = (name: string): void =>
    writeFileSync(path.join(folder, '.git/hooks', name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });

  test.each([
    ['a test that fails', () => undefined, failAfterPacking, /publint refuses/],
    ['a commit that a hook refuses', () => hook('pre-commit'), archive, /git commit failed/],
  ])('%s leaves the tree as it was', async (_, prepare, verify, problem) => {
    const before = tree();
    prepare();
    await expect(start({ verify })).rejects.toThrow(problem);
    expect(tree()).toEqual(before);
    expect(said).toEqual(['The files, the branch and the tags are as before.']);
  });

  test('a tag that cannot be made takes the commit back', async () => {
    git('tag', 'v0.2.0/old');
    const before = tree();
    await expect(start()).rejects.toThrow(/git tag failed/);
    expect(tree()).toEqual(before);
  });

  test('a file that is edited meanwhile stops the release and stays as it is', async () => {
    const edited = async (): Promise<void> => writeFileSync(path.join(folder, 'note.txt'), 'mine');
    await expect(start({ verify: edited })).rejects.toThrow('the tree changed while the release was tested (note.txt)');
    expect(git('status', '--porcelain')).toBe('?? note.txt');
    expect(git('log', '--format=%s')).toBe('proxy: add it');
  });
});
