// Slow: starts servers of PostgreSQL.
import { spawnSync } from 'node:child_process';
import { renderRoleScript, renderServerSettings, type RoleScriptModel } from '../../lib/config';
import { Duration, Size } from '../../lib/values';
import { POSTGRES_PROGRAMS, PostgresServer } from '../support/postgres-server';
import { describeWith, requireProgram } from '../support/programs';

const MODEL: RoleScriptModel = {
  superuser: 'postgres',
  database: 'app',
  role: 'api',
  passwordFile: '/run/secrets/password',
  access: 'owner',
};

const SETTINGS = {
  shared_buffers: Size.mebibytes(32),
  work_mem: Size.kibibytes(5000),
  idle_session_timeout: Duration.minutes(90),
  deadlock_timeout: Duration.millis(1500),
  autovacuum: false,
  jit: true,
  max_connections: 30,
  random_page_cost: 1.1,
  'app.note': `it's "here" \\ $(id)`,
};

describe('renderServerSettings', () => {
  test('writes durations in milliseconds and sizes in the largest exact unit', () => {
    expect(renderServerSettings(SETTINGS).filter((word) => word !== '-c')).toEqual([
      'shared_buffers=32MB',
      'work_mem=5000kB',
      'idle_session_timeout=5400000ms',
      'deadlock_timeout=1500ms',
      'autovacuum=off',
      'jit=on',
      'max_connections=30',
      'random_page_cost=1.1',
      `app.note=it's "here" \\ $(id)`,
    ]);
    expect(renderServerSettings({ shared_buffers: Size.gibibytes(1) })).toEqual(['-c', 'shared_buffers=1GB']);
    expect(renderServerSettings({ a: Size.bytes(0), b: Size.bytes(1025) })).toEqual(['-c', 'a=0B', '-c', 'b=1025B']);
  });

  test.each([
    [{ 'work_mem=1 -c x': 1 }, 'such as "work_mem", got "work_mem=1 -c x"'],
    [{ '': 1 }, 'such as "work_mem", got ""'],
    [{ work_mem: NaN }, 'server setting work_mem must be a plain number, got NaN'],
    [{ work_mem: 1e21 }, 'server setting work_mem must be a plain number, got 1e+21'],
    [{ work_mem: 'a\nb' }, String.raw`server setting work_mem must not contain control characters, got "a\nb"`],
  ])('refuses %j', (settings, message) => {
    expect(() => renderServerSettings(settings)).toThrow(message);
  });
});

describe('renderRoleScript', () => {
  test('refuses the superuser, the owner role and the server its own roles as a consumer', () => {
    const refusal = (role: string) => () => renderRoleScript({ ...MODEL, role });
    expect(refusal('postgres')).toThrow('a consumer needs a role of its own, got "postgres"; choose another name');
    expect(refusal('app_owner')).toThrow('a consumer needs a role of its own, got "app_owner"');
    expect(refusal('pg_monitor')).toThrow('a consumer needs a role of its own, got "pg_monitor"');
  });

  test('refuses names that PostgreSQL cannot hold, the name of the owner role included', () => {
    expect(() => renderRoleScript({ ...MODEL, role: 'x'.repeat(64) })).toThrow('a SQL name must have 1 to 63 bytes');
    expect(() => renderRoleScript({ ...MODEL, database: 'x'.repeat(58) })).toThrow(
      'a SQL name must have 1 to 63 bytes',
    );
    expect(() => renderRoleScript({ ...MODEL, role: 'a\nSQL\nid' })).toThrow(
      String.raw`a database name must not contain control characters, got "a\nSQL\nid"`,
    );
    expect(() => renderRoleScript({ ...MODEL, extensions: ['a\nSQL\nid'] })).toThrow('control characters');
  });

  test('refuses a limit of connections that is not valid', () => {
    expect(() => renderRoleScript({ ...MODEL, connectionLimit: 0 })).toThrow('a whole number from 1 to 262143, got 0');
  });
});

describeWith('shellcheck', 'shellcheck', () => {
  const check = (script: string): string =>
    spawnSync(requireProgram('shellcheck'), ['-'], { input: script, encoding: 'utf8' }).stdout;

  test('finds nothing to say about the scripts', () => {
    expect(check(renderRoleScript(MODEL))).toBe('');
    expect(check(renderRoleScript({ ...MODEL, superuser: "it's", database: 'a "b"', extensions: ['citext'] }))).toBe(
      '',
    );
  });
});

describeWith([...POSTGRES_PROGRAMS], 'on a real server', () => {
  const CREATE_TABLE =
    'create table memory (id bigint generated always as identity, note text); insert into memory (note) values (1)';
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start(renderServerSettings(SETTINGS));
  });

  afterAll(() => server.stop());

  /** A script for this server whose consumer has the password given. */
  const script = (model: Partial<RoleScriptModel>, password = 'secret'): string => {
    const passwordFile = server.file(`password-${model.role ?? 'api'}`.replaceAll(/\W/g, '_'), password);
    return renderRoleScript({ ...MODEL, socketDirectory: server.directory, passwordFile, ...model });
  };
  const apply = (model: Partial<RoleScriptModel>, password?: string): void => {
    expect(server.script(script(model, password))).toEqual({ status: 0, stdout: '', stderr: '' });
  };

  test('the server takes the settings as they were meant', () => {
    const questions = Object.keys(SETTINGS).map((name) => `show ${name}`);
    const answers = server.sql('postgres', questions.join(';')).stdout;
    expect(answers.split('\n')).toEqual([
      '32MB',
      '5000kB',
      '90min',
      '1500ms',
      'off',
      'on',
      '30',
      '1.1',
      SETTINGS['app.note'],
    ]);
  });

  test('an owner migrates, a writer writes and a reporter reads, tables of later migrations too, in any order of runs', () => {
    const database = 'together';
    apply({ database, role: 'reporter', access: 'readOnly' });
    apply({ database, role: 'api', access: 'owner' });
    apply({ database, role: 'worker', access: 'readWrite' });
    expect(server.sqlAs('api', 'secret', database, CREATE_TABLE)).toMatchObject({ status: 0, stderr: '' });

    expect(
      server.sqlAs('worker', 'secret', database, "insert into memory (note) values (2); update memory set note = 'x'"),
    ).toMatchObject({ status: 0, stderr: '' });
    expect(server.sqlAs('reporter', 'secret', database, 'select count(*) from memory').stdout).toBe('2');
    expect(server.sql(database, "select tableowner from pg_tables where tablename = 'memory'").stdout).toBe(
      'together_owner',
    );
  });

  test('a reporter can neither write nor create, even when it switches its read-only transactions off', () => {
    const database = 'reading';
    apply({ database, role: 'api', access: 'owner' });
    apply({ database, role: 'reporter', access: 'readOnly' });
    server.sqlAs('api', 'secret', database, CREATE_TABLE);
    expect(server.refusalsOf('reporter', 'secret', database, 'delete from memory')).toEqual([
      expect.stringContaining('in a read-only transaction'),
    ]);
    const attempts = [
      'delete from memory',
      'create table x ()',
      'create temp table x ()',
      'create schema x',
      'set role reading_owner',
    ].map((sql) => `set transaction read write; ${sql}`);
    expect(server.refusalsOf('reporter', 'secret', database, ...attempts)).toEqual([
      'ERROR:  permission denied for table memory',
      expect.stringContaining('permission denied for schema public'),
      expect.stringContaining('permission denied to create temporary tables'),
      expect.stringContaining('permission denied for database reading'),
      expect.stringContaining('permission denied to set role'),
    ]);
  });

  test('a writer cannot change the schema', () => {
    const database = 'writing';
    apply({ database, role: 'worker', access: 'readWrite' });
    server.sql(database, 'set role writing_owner; create table memory (id int)');
    const attempts = ['drop table memory', 'truncate memory', 'create table x ()'];
    expect(server.refusalsOf('worker', 'secret', database, ...attempts)).toEqual([
      expect.stringContaining('must be owner of table memory'),
      expect.stringContaining('permission denied for table memory'),
      expect.stringContaining('permission denied for schema public'),
    ]);
  });

  test('a monitor sees what others do, and no row; another access leaves nothing of it', () => {
    const database = 'watched';
    apply({ database, role: 'api', access: 'owner' });
    server.sqlAs('api', 'secret', database, CREATE_TABLE);
    apply({ database, role: 'exporter', access: 'monitor' });
    const others = "select count(*) > 0 from pg_stat_activity where usename = 'postgres' and backend_start is not null";
    expect(server.sqlAs('exporter', 'secret', database, others).stdout).toBe('t');
    expect(server.refusalsOf('exporter', 'secret', database, 'select * from public.memory')).toEqual([
      expect.stringContaining('permission denied for table memory'),
    ]);
    apply({ database, role: 'exporter', access: 'readOnly' });
    expect(server.sqlAs('exporter', 'secret', database, others).stdout).toBe('f');
  });

  test('nobody else may connect', () => {
    apply({ database: 'closed', role: 'api' });
    apply({ database: 'other', role: 'outsider' });
    expect(server.sqlAs('outsider', 'secret', 'closed', 'select 1').stderr).toContain(
      'permission denied for database "closed"',
    );
  });

  test('a consumer has no power over the server', () => {
    apply({ role: 'api' });
    const rights = 'select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles';
    expect(server.sql('app', `${rights} where rolname = 'api'`).stdout).toBe('f|f|f|f|f');
    expect(server.sql('app', "select rolcanlogin from pg_roles where rolname = 'app_owner'").stdout).toBe('f');
    expect(server.sqlAs('api', 'secret', 'app', 'create role x').stderr).toContain('permission denied to create role');
  });

  test('running again changes nothing', () => {
    const state = (): string =>
      server.sql(
        'again',
        `select r.rolname, m.roleid::regrole, s.setconfig from pg_roles r left join pg_auth_members m on m.member = r.oid
           left join pg_db_role_setting s on s.setrole = r.oid where rolname = 'again_api'
         union all select relname, null, relacl::text[] from pg_class where relname = 'memory'
         union all select defaclobjtype::text, null, defaclacl::text[] from pg_default_acl
         union all select datname, null, datacl::text[] from pg_database where datname = 'again' order by 1`,
      ).stdout;
    const model = { database: 'again', role: 'again_api' };
    apply(model);
    apply({ database: 'again', role: 'again_reader', access: 'readOnly' });
    server.sqlAs('again_api', 'secret', 'again', CREATE_TABLE);
    const before = state();
    apply(model);
    apply({ database: 'again', role: 'again_reader', access: 'readOnly' });

    expect(state()).toBe(before);
    expect(before).toContain('again_api|again_owner|{role=again_owner}');
  });

  test('a new password replaces the old one', () => {
    apply({ role: 'rotated' }, 'old');
    apply({ role: 'rotated' }, `new 'quote' "\\ :x $(id)\n`);
    expect(server.sqlAs('rotated', 'old', 'app', 'select 1').stderr).toContain('password authentication failed');
    expect(server.sqlAs('rotated', `new 'quote' "\\ :x $(id)`, 'app', 'select 1').stdout).toBe('1');
  });

  test('what an earlier run gave is gone when the access shrinks', () => {
    const database = 'shrinking';
    apply({ database, role: 'shrunk', access: 'owner' });
    // The second table belongs to the login role itself.
    server.sqlAs(
      'shrunk',
      'secret',
      database,
      'create table a (); set role none; create schema own; create table own.b ()',
    );
    apply({ database, role: 'shrunk', access: 'readWrite' });
    apply({ database, role: 'shrunk', access: 'readOnly' });

    const attempts = [
      'select from own.b',
      'set role shrinking_owner',
      'begin read write; insert into a default values',
    ];
    expect(server.refusalsOf('shrunk', 'secret', database, ...attempts)).toEqual([
      expect.stringContaining('permission denied for schema own'),
      expect.stringContaining('permission denied to set role'),
      expect.stringContaining('permission denied for table a'),
    ]);
    expect(
      server.sql(database, "select setconfig from pg_db_role_setting where setrole = 'shrunk'::regrole").stdout,
    ).toBe('{default_transaction_read_only=on}');
  });

  test('takes an existing database over, with all that a superuser made in it, but not what extensions made', () => {
    server.sql('postgres', 'create database legacy');
    const made = `create extension citext; ${CREATE_TABLE}; create table part (d date) partition by range (d);
      create table part_1 partition of part for values from ('2026-01-01') to ('2027-01-01'); create sequence loose;
      create table with_serial (id serial); create view seen as select * from memory; create type mood as enum ('ok');
      create materialized view kept as select 1; create function f(mood) returns int language sql as 'select 1';
      create procedure p() language sql as 'select 1'; create type pair as (a int, b int); create domain positive as int`;
    expect(server.sql('legacy', made).stderr).toBe('');
    apply({ database: 'legacy', role: 'api', access: 'owner', extensions: ['citext'] });
    apply({ database: 'legacy', role: 'reporter', access: 'readOnly' });

    const foreign = `select relname from pg_class where relnamespace = 'public'::regnamespace and relowner <> 'legacy_owner'::regrole
      union all select typname from pg_type where typnamespace = 'public'::regnamespace and typowner <> 'legacy_owner'::regrole
        and typname !~ 'citext'
      union all select proname from pg_proc where pronamespace = 'public'::regnamespace and proowner <> 'legacy_owner'::regrole
        and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')`;
    expect(server.sql('legacy', foreign).stdout).toBe('');
    expect(server.sql('legacy', "select typowner::regrole from pg_type where typname = 'citext'").stdout).toBe(
      'postgres',
    );
    expect(
      server.sqlAs('api', 'secret', 'legacy', "alter table memory add extra int; alter type mood add value 'bad'")
        .stderr,
    ).toBe('');
    expect(server.sqlAs('reporter', 'secret', 'legacy', 'select note from seen').stdout).toBe('1');
  });

  test('extensions come with a schema of their own where they want one', () => {
    const extensions = ['citext', { name: 'pg_trgm', schema: 'trigrams' }];
    apply({
      database: 'extended',
      role: 'api',
      access: 'owner',
      extensions,
    });
    const found = "select extname, extnamespace::regnamespace from pg_extension where extname <> 'plpgsql' order by 1";
    expect(server.sql('extended', found).stdout).toBe('citext|public\npg_trgm|trigrams');
    expect(
      server.sqlAs('api', 'secret', 'extended', "select trigrams.similarity('a', 'a'), 'A'::citext = 'a'").stdout,
    ).toBe('1|t');
  });

  test('names mean themselves, whatever they contain', () => {
    const hostile = {
      database: `d"'; \\ $(id) :x %s host=evil`,
      role: `r"'; \\! touch x \`id\` :"role"`,
      extensions: [{ name: 'citext', schema: `s"'; drop` }],
    };
    apply(hostile);
    const greeting = 'create table memory (); select current_user, session_user, current_database()';
    expect(server.sqlAs(hostile.role, 'secret', hostile.database, greeting).stdout).toBe(
      `${hostile.database}_owner|${hostile.role}|${hostile.database}`,
    );
    expect(server.sql(hostile.database, `select count(*) from pg_namespace where nspname = 's"''; drop'`).stdout).toBe(
      '1',
    );
  });

  test('scripts of several consumers run side by side', async () => {
    const scripts = ['owner', 'readWrite', 'readOnly', 'owner', 'readOnly'].map((access, index) =>
      script({ database: 'crowded', role: `consumer_${index}`, access: access as RoleScriptModel['access'] }),
    );
    const outcomes = await Promise.all(scripts.map((each) => server.scriptInBackground(each)));
    expect(outcomes).toEqual(scripts.map(() => ({ status: 0, stdout: '', stderr: '' })));
  });

  test('the password is in no log, not even when the statement that holds it fails', () => {
    const canary = 'canary-7d1f';
    apply({ database: 'quiet', role: 'silent' }, canary);
    const working = script({ database: 'quiet', role: 'silent' }, canary);
    const reasons = { '-9': 'invalid connection limit: -9', nonsense: 'syntax error at or near "nonsense"' };
    for (const [limit, reason] of Object.entries(reasons)) {
      const failed = server.script(working.replace('CONNECTION LIMIT :connections', `CONNECTION LIMIT ${limit}`));
      expect(failed).toEqual({ status: 3, stdout: '', stderr: expect.stringContaining(reason) });
      expect(failed.stderr).not.toContain(canary);
    }
    expect(server.log()).toContain('select 1');
    expect(server.log()).not.toContain(canary);
    expect(server.log()).not.toContain('ALTER ROLE');
  });

  test('a server that never answers ends the script with the reason', () => {
    const impatient = script({ socketDirectory: '/missing' }).replace('-lt 60', '-lt 1');
    expect(server.script(impatient)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^no answer from the database server: psql: error: .*\/missing/),
    });
  });

  test('a superuser is not turned into a consumer', () => {
    server.sql('postgres', 'create role boss superuser login');
    const { status, stderr } = server.script(script({ role: 'boss' }));
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringContaining('the role is a superuser already; give the consumer a role of its own'),
    });
    expect(server.sql('postgres', "select rolsuper from pg_roles where rolname = 'boss'").stdout).toBe('t');
  });

  test("functions of a consumer are not taken for the server's", () => {
    const database = 'trapped';
    apply({ database, role: 'mallory' });
    const trap = (arguments_: string): string =>
      `create function public.format(${arguments_}) returns text language sql as $$ select 'alter role mallory superuser' $$;`;
    const planted = ['text, name, text', 'text, name, name', 'text, text, text', 'text, text', 'text, text, text, name']
      .map(trap)
      .join('');
    expect(server.sqlAs('mallory', 'secret', database, planted)).toMatchObject({ status: 0, stderr: '' });
    apply({ database, role: 'mallory' });
    apply({ database, role: 'victim', access: 'readOnly' });
    expect(server.sql('postgres', "select rolsuper from pg_roles where rolname = 'mallory'").stdout).toBe('f');
  });

  test('an empty or missing password file ends the script before it changes anything', () => {
    expect(server.script(script({ role: 'nobody' }, '\n'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^the password file .* is empty$/),
    });
    expect(server.script(script({ role: 'nobody', passwordFile: '/missing' }))).toEqual({
      status: 1,
      stdout: '',
      stderr: 'cannot read the password file /missing',
    });
    expect(server.sql('postgres', "select count(*) from pg_roles where rolname = 'nobody'").stdout).toBe('0');
  });
});
