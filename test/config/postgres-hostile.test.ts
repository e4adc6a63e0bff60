// Slow: starts servers of PostgreSQL.

import { renderRetireScript, renderRoleScript, type RoleScriptModel } from '../../lib/config';
import { Duration } from '../../lib/values';
import { expectNothingGained, HostileOwner } from '../support/hostile-owner';
import { PostgresServer, type Outcome } from '../support/postgres-server';
import { describeWithPostgres } from '../support/programs';

const DONE: Outcome = { status: 0, stdout: '', stderr: '' };

describeWithPostgres([15, 17, 18], 'a hostile owner', (major) => {
  let server: PostgresServer;
  let owner: HostileOwner;

  beforeAll(async () => {
    server = await PostgresServer.start(['-c', 'max_connections=30'], major);
    owner = new HostileOwner(server);
  });

  afterAll(() => server.stop());

  const script = (role: string, model: Partial<RoleScriptModel> = {}): string =>
    renderRoleScript({
      superuser: 'postgres',
      access: 'readWrite',
      socketDirectory: server.directory,
      passwordFile: server.file(`password-${role}`, 'secret'),
      database: owner.database,
      role,
      ...model,
    });
  const retirement = (role: string, consumer: string): string =>
    renderRetireScript({
      superuser: 'postgres',
      socketDirectory: server.directory,
      database: owner.database,
      role,
      consumer,
      grace: Duration.seconds(90),
    });
  const asked = (role: string, sql: string): Outcome => server.sqlAs(role, 'secret', owner.database, sql);
  const superuser = (sql: string): string => server.sql('postgres', sql).stdout;
  test('is refused what would give it more than its database', () => {
    expect(owner.allowed()).toEqual([]);
    expectNothingGained(owner);
  });

  test('gains nothing from the jobs for roles, whatever an earlier version let it leave behind', () => {
    owner.leaveSettings();
    expect(server.script(owner.roleScript())).toEqual(DONE);
    expect(server.script(script('worker_1', { consumer: 'worker' }))).toEqual(DONE);
    expect(server.script(script('worker_2', { consumer: 'worker' }))).toEqual(DONE);
    expect(server.script(script('reader', { access: 'readOnly' }))).toEqual(DONE);
    expect(server.script(script('exporter', { access: 'monitor' }))).toEqual(DONE);
    superuser("alter role worker_1 valid until '2026-01-01'");
    expect(server.script(retirement('worker_2', 'worker'))).toEqual(DONE);
    expect(superuser("select rolname from pg_roles where rolname ~ '^worker'")).toBe('worker_2');
    expectNothingGained(owner);
  });

  test('keeps no other consumer out of the database by what it left behind', () => {
    owner.leaveSettings();
    superuser(`alter database ${owner.database} allow_connections false`);
    expect(server.script(script('worker_2', { consumer: 'worker' }))).toEqual(DONE);
    expect(asked('worker_2', 'create temp table x as select 1 as n; select n from x').stdout).toBe('1');
    const database = `from pg_database where datname = '${owner.database}'`;
    expect(superuser(`select datdba::regrole, datconnlimit, datallowconn ${database}`)).toBe('postgres|-1|t');
    const kept = `select split_part(unnest(setconfig), '=', 1) from pg_db_role_setting where setrole = 0 order by 1`;
    expect(superuser(kept).split('\n')).toEqual(expect.arrayContaining(['search_path', 'DateStyle']));
    expect(superuser(kept)).not.toMatch(/timeout|read_only|role|preload|tablespace/);
  });

  test('gains nothing from what a monitor asks, and cannot change how it asks', () => {
    expect(server.script(script('exporter', { access: 'monitor' }))).toEqual(DONE);
    for (const question of [
      'select pg_database_size(datname), pg_get_userbyid(datdba) from pg_database',
      "select count(*), current_setting('server_version'), version(), now() from pg_stat_activity where usename = 'x'::text",
      "select format('%s %s'::text, relname, schemaname), pg_total_relation_size(relid) from pg_stat_user_tables",
    ]) {
      expect(asked('exporter', question)).toMatchObject({ status: 0, stderr: '' });
    }
    expect(asked(owner.login, "alter role exporter in database shop set search_path = 'hostile'").status).toBe(1);
    expect(asked('exporter', 'show search_path').stdout).toBe('pg_catalog, pg_temp');
    expect(asked('exporter', 'select * from public.seen').stderr).toContain('is restricted');
    expectNothingGained(owner);
  });

  test("cannot connect to the server's own databases, and is thrown out of them where it could", async () => {
    for (const database of ['postgres', 'template1']) {
      expect(server.sqlAs(owner.login, 'secret', database, 'select 1').stderr).toContain(
        'permission denied for database',
      );
      superuser(`grant connect on database ${database} to public`);
    }
    const inPostgres = server.scriptInBackground(holder(owner, 'postgres', 'select pg_advisory_lock(1685025907, 1)'));
    const inTemplate = server.scriptInBackground(holder(owner, 'template1', 'select 1'));
    await begun(server, 2);
    expect(await server.scriptInBackground(script('api', { database: 'another' }))).toEqual(DONE);
    expect([(await inPostgres).status, (await inTemplate).status]).toEqual([2, 2]);
  });

  test.each([
    ['an advisory lock in its database', 'select pg_advisory_lock(1685025907, 2)', ''],
    ['its own role', "set role none; begin; alter role mallory password 'secret'", 'relation'],
    [
      'a table of its login',
      'begin; set role none; create schema if not exists own; create table own.mine (); commit; begin; select from own.mine',
      'relation',
    ],
  ])(
    'does not stop its role job by holding %s',
    async (_, sql, lock) => {
      const held = server.scriptInBackground(holder(owner, owner.database, sql));
      await begun(server, 1);
      const { status, stderr } = await server.scriptInBackground(owner.roleScript());
      expect({ status, stderr: stderr.trim() }).toEqual({
        status: 0,
        stderr: expect.stringMatching(
          lock === ''
            ? /^$/
            : new RegExp(
                `^ended session \\d+ of role mallory \\(application 'holder'\\), which held a lock \\((${lock})\\)$`,
              ),
        ),
      });
      superuser("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holder'");
      await held;
    },
    60_000,
  );

  test('a job that waits for a superuser says for which session', async () => {
    const waited = server.scriptInBackground(
      `psql -Xq "host=${server.directory} user=postgres dbname=postgres application_name=holder" -c begin -c "alter role mallory connection limit 5" -c "select pg_sleep(8)" -c commit`,
    );
    await begun(server, 1);
    const { status, stderr } = await server.scriptInBackground(owner.roleScript());
    expect({ status, stderr: stderr.trim() }).toEqual({
      status: 0,
      stderr: expect.stringMatching(
        /^waited for session \d+ of role postgres \(application 'holder'\), which held a lock/,
      ),
    });
    expect((await waited).status).toBe(0);
  });

  test('does not stop its role job by passing its rights on', () => {
    const passed = `grant create on schema public to mallory with grant option; grant select on public.trapped to mallory with grant option;
      alter default privileges in schema public grant select on tables to mallory with grant option;
      set role none; grant create on schema public to public; grant select on public.trapped to public`;
    expect(owner.sql(passed)).toMatchObject({ status: 0 });
    expect(server.script(owner.roleScript())).toEqual(DONE);
  });

  test('has its password and its own settings put right by its role job', () => {
    const changed = "set role none; alter role mallory password 'other'; alter role mallory set work_mem = '1GB'";
    expect(owner.sql(changed)).toEqual(DONE);
    expect(owner.sql('select 1').stderr).toContain('password authentication failed');
    expect(server.script(owner.roleScript())).toEqual(DONE);
    expect(owner.sql('show work_mem').stdout).toBe('4MB');
  });

  test('makes large objects, and a reader makes none', () => {
    expect(owner.sql("select lo_create(4711), lo_from_bytea(4712, 'x')").stdout).toBe('4711|4712');
    expect(server.script(script('worker_2', { consumer: 'worker' }))).toEqual(DONE);
    expect(asked('worker_2', 'select pg_catalog.lo_create(4713)').stdout).toBe('4713');
    expect(server.script(script('reader', { access: 'readOnly' }))).toEqual(DONE);
    const write = ['lo_create(1)', 'lo_creat(-1)', "lo_from_bytea(0, 'x')"].map(
      (call) => `set transaction read write; select pg_catalog.${call}`,
    );
    expect(server.refusalsOf('reader', 'secret', owner.database, ...write)).toEqual([
      'ERROR:  permission denied for function lo_create',
      'ERROR:  permission denied for function lo_creat',
      'ERROR:  permission denied for function lo_from_bytea',
    ]);
  });
});

/** A script for a session of the hostile owner that stays. */
function holder(owner: HostileOwner, database: string, sql: string): string {
  const login = `host=127.0.0.1 user=${owner.login} dbname=${database} application_name=holder`;
  const commands = [...sql.split(';'), 'select pg_sleep(300)'].map((command) => `-c "${command.trim()}"`).join(' ');
  return `PGPASSWORD=${owner.password} exec psql -Xq -o /dev/null "${login}" ${commands}`;
}

/** Waits until so many sessions hold what they are to hold. */
async function begun(server: PostgresServer, count: number): Promise<void> {
  const holding = "select count(*) from pg_stat_activity where application_name = 'holder' and query ~ 'pg_sleep'";
  while (server.sql('postgres', holding).stdout !== String(count))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
