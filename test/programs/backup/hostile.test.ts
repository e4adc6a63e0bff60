// Slow: takes and proves backups of PostgreSQL.

import { BackupOnHost, BACKUP_PROGRAMS } from '../../support/backup-program';
import { expectNothingGained, HostileOwner } from '../../support/hostile-owner';
import { PostgresServer } from '../../support/postgres-server';
import { describeWithPostgres, program } from '../../support/programs';

/** Rows of each table, by the table's name. */
const ROWS = `set client_encoding = 'UTF8';
select pg_catalog.json_agg(array[n.nspname, c.relname, (pg_catalog.xpath('/row/c/text()', pg_catalog.query_to_xml(
  pg_catalog.format('select count(*) as c from only %I.%I', n.nspname, c.relname), false, true, '')))[1]::text] order by n.nspname, c.relname)
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`;
/** Makes of the dump that was fetched what an earlier version of the program wrote: names in text, none as data. */
const AS_EARLIER = `
import json, pathlib
from backup import configuration, dumping, sums
directory = configuration.SCRATCH / "dump"
quote = lambda name: '"' + name.replace('"', '""') + '"'
for file in directory.glob("*.dump"):
    known = json.loads(file.with_suffix(".json").read_text())
    file.with_suffix(".name").write_bytes(known["name"].encode())
    lines = [f"{quote(one['schema'])}.{quote(one['name'])}|{one['rows']}" for one in known["tables"]]
    file.with_suffix(".counts").write_bytes("\\n".join(lines).encode())
    file.with_suffix(".json").unlink()
(directory / dumping.ROLES).unlink()
sums.write(directory)
print("null")
`;

/** Who may do what in a server, and what is set for its databases. */
const RIGHTS = `select pg_catalog.json_build_object(
  'roles', (select pg_catalog.json_agg(pg_catalog.to_jsonb(r) - 'oid' order by rolname) from pg_catalog.pg_authid r),
  'members', (select pg_catalog.json_agg(array[r.rolname, m.rolname, a.admin_option::text] order by r.rolname, m.rolname)
    from pg_catalog.pg_auth_members a join pg_catalog.pg_roles r on r.oid = a.roleid join pg_catalog.pg_roles m on m.oid = a.member),
  'settings', (select pg_catalog.json_agg(s.setconfig order by s.setconfig::text) from pg_catalog.pg_db_role_setting s
    join pg_catalog.pg_database d on d.oid = s.setdatabase where d.datname !~ '^again'),
  'databases', (select pg_catalog.json_agg(array[d.datname, o.rolname, d.datconnlimit::text] order by d.datname)
    from pg_catalog.pg_database d join pg_catalog.pg_roles o on o.oid = d.datdba where d.datname !~ '^again|^template'))`;

const missing = BACKUP_PROGRAMS.filter((name) => program(name) === undefined);
const title = missing.length === 0 ? '' : ` (SKIPPED: ${missing.join(', ')} not found on this machine)`;

(missing.length === 0 ? describe : describe.skip)(`Backups of a database with a hostile owner${title}`, () => {
  describeWithPostgres([15, 17, 18], 'with its settings left by an earlier version', (major) => {
    let server: PostgresServer;
    let owner: HostileOwner;
    let backup: BackupOnHost;

    const ask = (database: string, sql: string): string => {
      const { status, stdout, stderr } = server.sqlFile(database, server.file('question.sql', sql));
      if (status !== 0) throw new Error(stderr);
      return stdout;
    };

    beforeAll(async () => {
      server = await PostgresServer.start([], major);
      owner = new HostileOwner(server);
      backup = new BackupOnHost(server, major);
    }, 120_000);

    afterAll(async () => {
      await backup.stop();
      await server.stop();
    });

    const settle = (): void => {
      const done = backup.run('run', 'dump');
      expect({ status: done.status, stderr: done.status === 0 ? '' : done.stderr }).toEqual({ status: 0, stderr: '' });
    };

    test('are taken, whatever the database has set, and give it nothing', () => {
      owner.leaveSettings();
      settle();
      expectNothingGained(owner);
    }, 120_000);

    test('are proven by the code that restores them', () => {
      const done = backup.run('run', 'drill');
      expect({ status: done.status, stderr: done.status === 0 ? '' : done.stderr }).toEqual({ status: 0, stderr: '' });
    }, 300_000);

    test('come back under a new name into the server that runs, with every row, and give it nothing', () => {
      backup.load(owner.database, 'again');
      expectNothingGained(owner);
      expect(ask('again', ROWS)).toBe(ask(owner.database, ROWS));
      const left = server.sql(
        'postgres',
        "select count(*) from pg_roles where rolname ~ '^docker_constructs_restore_'",
      );
      expect(left.stdout).toBe('0');
    }, 300_000);

    test('come back from a dump of an earlier version, under a new name', () => {
      backup.facts('fetch', '--to=latest', '--repository=local');
      backup.python(AS_EARLIER);
      backup.facts('load', `--database=${owner.database}`, '--into=again_earlier');
      expectNothingGained(owner);
      expect(ask('again_earlier', ROWS)).toBe(ask(owner.database, ROWS));
    }, 300_000);

    test('come back as a server with the rights and rows that it had, and no more', () => {
      const data = backup.restore();
      expect(backup.ask(data, 'postgres', RIGHTS)).toBe(ask('postgres', RIGHTS));
      expect(backup.ask(data, owner.database, ROWS)).toBe(ask(owner.database, ROWS));
    }, 300_000);
  });
});
