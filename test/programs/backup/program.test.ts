// Slow: takes backups with restic.

import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { program } from '../../support/programs';
import { ROOT } from '../../support/stacks';

const MODULES = ['apscheduler', 'prometheus_client'];
/** Debian's own comes first, because its packages are for it, and another may stand before it in the PATH. */
const PYTHON = ['/usr/bin/python3', program('python3')].find((one) => one !== undefined && hasModules(one));

function hasModules(python: string): boolean {
  return spawnSync(python, ['-c', `import ${MODULES.join(', ')}`]).status === 0;
}

function run(python: string, ...args: readonly string[]): { readonly status: number | null; readonly output: string } {
  const env = {
    ...process.env,
    PYTHONPATH: path.join(ROOT, 'programs/backup'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', env, cwd: ROOT });
  return { status, output: `${stdout}${stderr}` };
}

const missing = `SKIPPED: no python3 with ${MODULES.join(' and ')}, or no openssl, on this machine`;
const ready = PYTHON !== undefined && program('openssl') !== undefined;

describe(ready ? 'The backup program' : `The backup program (${missing})`, () => {
  (ready ? test : test.skip)('does what its own tests say', () => {
    const { status, output } = run(
      PYTHON ?? '',
      '-m',
      'unittest',
      'discover',
      '--start-directory',
      'test/programs/backup/python',
    );
    if (status !== 0) throw new Error(output);
    expect(output).toMatch(/^Ran [1-9]\d+ tests/m);
  });
});
