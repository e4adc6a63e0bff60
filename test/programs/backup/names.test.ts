// Slow: dumps and restores databases with random names.

import * as fc from 'fast-check';
import { BackupOnHost, BACKUP_PROGRAMS } from '../../support/backup-program';
import { PostgresServer } from '../../support/postgres-server';
import { describeWith } from '../../support/programs';

/** What a shell, psql, libpq, a log or a reader of lines may act on. */
const SIGNS = [
  ...[
    '\n',
    '\r',
    '\t',
    '\v',
    '\f',
    '\u0085',
    '\u2028',
    '\u2029',
    '\u200b',
    '\u202e',
    '\ufeff',
    ' ',
    '"',
    "'",
    '\\',
    '`',
  ],
  ...[
    '\\!',
    '\\gexec',
    '%',
    '%s',
    '$',
    '$$',
    ':',
    '=',
    '|',
    '/',
    '.',
    ',',
    ';',
    '--',
    '/*',
    '{',
    '}',
    '(',
    '😀',
    'ü',
    'a',
    'A',
    '0',
  ],
];
/** Databases whose names are an address, an option or a command. */
const CHOSEN = ['a=b', 'postgresql://localhost:1/x', 'orders\nof today', '-f', "it's \\! id", ' '];
const RANDOM = 2;

const bytes = (text: string): number => Buffer.byteLength(text);
const name = fc
  .array(fc.constantFrom(...SIGNS), { minLength: 1, maxLength: 20 })
  .map((signs) => signs.join(''))
  .filter((text) => bytes(text) <= 55);

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;

describeWith(
  [...BACKUP_PROGRAMS, 'initdb', 'postgres', 'psql'],
  'Any names of databases, roles, schemas and tables',
  () => {
    let server: PostgresServer;
    let backup: BackupOnHost;

    const run = (database: string, sql: string): string => {
      const { status, stdout, stderr } = server.sql(database, sql);
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };

    beforeAll(async () => {
      server = await PostgresServer.start();
      backup = new BackupOnHost(server, Number(server.sql('postgres', 'show server_version_num').stdout.slice(0, 2)));
    });

    afterAll(async () => {
      await backup.stop();
      await server.stop();
    });

    test('survive a dump, its drill, a restore under a new name and a restore of a table', () => {
      const seed = Date.now();
      const random = [...new Set(fc.sample(name, { numRuns: RANDOM, seed }))];
      const names = [...CHOSEN, ...random];
      for (const one of names) {
        run('postgres', `create role ${quote(`r${one}`)}`);
        run('postgres', `create database ${quote(one)} owner ${quote(`r${one}`)}`);
        run('postgres', `alter database ${quote(one)} set search_path = ${quote(one)}, "$user"`);
        run(
          one,
          `create schema ${quote(one)} authorization ${quote(`r${one}`)}; set role ${quote(`r${one}`)}; ` +
            `create table ${quote(one)}.${quote(one)} (${quote(one)} int check (${quote(one)} > 0)); ` +
            `insert into ${quote(one)}.${quote(one)} values (1), (2)`,
        );
      }
      for (const job of ['dump', 'drill']) {
        const { status, stderr } = backup.run('run', job);
        expect({ seed, job, status, said: status === 0 ? '' : stderr }).toEqual({ seed, job, status: 0, said: '' });
      }
      backup.facts('fetch', '--to=latest', '--repository=local');
      for (const one of names) {
        const into = `new ${one}`;
        backup.facts('load', `--database=${one}`, `--into=${into}`);
        const facts =
          'select json_build_array(rolname, setconfig) from pg_database d join pg_roles o on o.oid = datdba ' +
          'join pg_db_role_setting s on s.setdatabase = d.oid where datname = current_database()';
        expect({ seed, facts: run(into, facts) }).toEqual({ seed, facts: run(one, facts) });
        expect(run(into, `select count(*) from ${quote(one)}.${quote(one)}`)).toBe('2');
        const table = backup.facts('load', `--database=${one}`, `--table=${one}.${one}`, `--into=table ${one}`);
        expect({ seed, table }).toMatchObject({ seed, table: { tables: 1, rows: 2 } });
      }
    }, 300_000);
  },
);
