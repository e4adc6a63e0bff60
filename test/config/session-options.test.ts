import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { SERVER_SESSION } from '../../lib/cli/restore/docker/server-container';
import { SESSION_OPTIONS } from '../../lib/config/postgres/session-options';
import { PYTHON } from '../support/backup-program';
import { describeWith } from '../support/programs';
import { ROOT } from '../support/stacks';

type Settings = Readonly<Record<string, string>>;

/** Settings that keep a session from what its database's owner has made. */
const TRUST = [
  'client_min_messages',
  'default_transaction_read_only',
  'local_preload_libraries',
  'role',
  'search_path',
  'standard_conforming_strings',
];

/** The only differences, each with the reason. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  lock_timeout: 'a dump reports who holds a lock, and tries again',
  row_security: 'a dump must fail rather than leave rows out',
  statement_timeout: 'a dump takes as long as its job may',
};

const settingsOf = (options: readonly string[]): Settings =>
  Object.fromEntries(options.map((option) => [option.split('=', 1)[0] ?? '', option.replace(/^[^=]*=/, '')]));
/** As the server reads a setting, without the escapes of PGOPTIONS. */
const unescaped = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, value.replaceAll('\\ ', ' ')]));

function differences(one: Settings, other: Settings): readonly string[] {
  return Object.keys(one).filter((key) => key in other && one[key] !== other[key] && !(key in ON_PURPOSE));
}

const scripts = unescaped(settingsOf(SESSION_OPTIONS));
const restore = unescaped(settingsOf(SERVER_SESSION));

test('A restore opens its sessions with the settings of the role scripts, but for how long it waits', () => {
  expect(differences(restore, scripts)).toEqual([]);
  expect(Object.keys(restore).sort()).toEqual(['lock_timeout', 'statement_timeout', ...TRUST].sort());
  expect(Object.keys(restore).filter((key) => !(key in scripts))).toEqual([]);
});

describeWith('python3', 'The backup program', () => {
  const source = 'import json; from backup.postgres import IDLE, SETTINGS; print(json.dumps({**SETTINGS, **IDLE}))';
  let program: Settings;

  beforeAll(() => {
    // -B: what Python would write beside the program must not be published.
    const { stdout } = spawnSync(PYTHON, ['-B', '-c', source], {
      cwd: join(ROOT, 'programs/backup'),
      encoding: 'utf8',
    });
    program = JSON.parse(stdout) as Settings;
  });

  test('opens its sessions with the settings of the role scripts, but for what a dump needs', () => {
    expect(differences(program, scripts)).toEqual([]);
    expect(Object.keys(program).filter((key) => !(key in scripts))).toEqual([]);
    expect(TRUST.filter((key) => !(key in program))).toEqual([]);
  });

  test('differs in each of the settings that must differ', () => {
    expect(Object.keys(ON_PURPOSE).filter((key) => program[key] === scripts[key])).toEqual([]);
  });
});
