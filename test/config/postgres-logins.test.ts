// Slow: starts servers of PostgreSQL.

import { parse } from 'yaml';
import { renderPostgresQueries, renderRetireScript, renderRoleScript, type RoleScriptModel } from '../../lib/config';
import { Duration } from '../../lib/values';
import { POSTGRES_PROGRAMS, PostgresServer } from '../support/postgres-server';
import { describeWith } from '../support/programs';

test('the server keeps its own names from the logins of a consumer, whatever the login is called', () => {
  const model = { superuser: 'postgres', database: 'app', role: 'postgres_0a1b2c', consumer: 'postgres' };
  const refusal = 'a consumer needs a role of its own, got "postgres"; choose another name';
  expect(() => renderRetireScript({ ...model, grace: Duration.minutes(1) })).toThrow(refusal);
  expect(() => renderRoleScript({ ...model, passwordFile: '/password', access: 'owner' })).toThrow(refusal);
});

describeWith([...POSTGRES_PROGRAMS], 'a consumer with one login for each password', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });

  afterAll(() => server.stop());

  type Model = Pick<RoleScriptModel, 'database' | 'role'> & Partial<RoleScriptModel>;
  const script = (model: Model, password = 'secret'): string => {
    const passwordFile = server.file(`password-${model.role}`, password);
    const { directory: socketDirectory } = server;
    return renderRoleScript({ superuser: 'postgres', access: 'owner', socketDirectory, passwordFile, ...model });
  };
  const apply = (model: Model, password?: string): void => {
    expect(server.script(script(model, password))).toEqual({ status: 0, stdout: '', stderr: '' });
  };
  const retirement = (role: string, consumer: string, database = 'twice'): string =>
    renderRetireScript({
      superuser: 'postgres',
      socketDirectory: server.directory,
      database,
      role,
      consumer,
      grace: Duration.seconds(90),
    });
  const retire = (role: string, consumer: string, database?: string): void => {
    expect(server.script(retirement(role, consumer, database))).toEqual({ status: 0, stdout: '', stderr: '' });
  };
  /** When each login ends: never, within the grace, or in the past. */
  const logins = (pattern: string): Record<string, string> => {
    const until = `case when rolvaliduntil is null or rolvaliduntil = 'infinity' then 'never'
      when rolvaliduntil < now() then 'over' when rolvaliduntil < now() + interval '90 seconds' then 'soon' else 'later' end`;
    const { stdout } = server.sql('postgres', `select rolname, ${until} from pg_roles where rolname ~ '${pattern}'`);
    return Object.fromEntries(stdout === '' ? [] : stdout.split('\n').map((line) => line.split('|')));
  };
  const pass = (role: string): void => {
    expect(server.sql('postgres', `alter role ${role} valid until '2026-01-01'`).status).toBe(0);
  };
  const logIn = (role: string, password: string): string => server.sqlAs(role, password, 'twice', 'select 1').stdout;

  test('keeps the earlier one until it is retired, for as long as the grace from then, and gets it back with its password', () => {
    const first = { database: 'twice', role: 'shop_1', consumer: 'shop' };
    const second = { ...first, role: 'shop_2' };
    apply(first, 'one');
    apply(second, 'two');
    expect([logIn('shop_1', 'one'), logIn('shop_2', 'two')]).toEqual(['1', '1']);
    expect(logins('^shop')).toEqual({ shop_1: 'never', shop_2: 'never' });

    retire('shop_2', 'shop');
    expect(logins('^shop')).toEqual({ shop_1: 'soon', shop_2: 'never' });
    expect(logIn('shop_1', 'one')).toBe('1');
    pass('shop_1');
    expect(server.sqlAs('shop_1', 'one', 'twice', 'select 1').stderr).toContain('password authentication failed');

    apply(first, 'one');
    retire('shop_1', 'shop');
    expect(logins('^shop')).toEqual({ shop_1: 'never', shop_2: 'soon' });
    expect(logIn('shop_1', 'one')).toBe('1');
  });

  test('an end that was set earlier is not put off', () => {
    apply({ database: 'twice', role: 'punctual_1', consumer: 'punctual' });
    apply({ database: 'twice', role: 'punctual_2', consumer: 'punctual' });
    const end = (): string =>
      server.sql('postgres', "select rolvaliduntil from pg_roles where rolname = 'punctual_1'").stdout;
    retire('punctual_2', 'punctual');
    const before = end();
    retire('punctual_2', 'punctual');
    expect(before).not.toBe('');
    expect(end()).toBe(before);
  });

  test.each(['owner', 'readWrite', 'readOnly'] as const)('as %s is dropped when its time is over', (access) => {
    const [database, consumer] = [`leaving_${access}`.toLowerCase(), `leaver_${access}`.toLowerCase()];
    apply({ database, role: `${consumer}_1`, consumer, access });
    apply({ database, role: `${consumer}_2`, consumer, access });
    const own = `create schema own authorization ${consumer}_1; create table own.kept as select 7 as n;
      alter table own.kept owner to ${consumer}_1; grant select on own.kept to ${consumer}_1;
      set role ${database}_owner; create table later (id int)`;
    expect(server.sql(database, own).stderr).toBe('');
    pass(`${consumer}_1`);
    retire(`${consumer}_2`, consumer, database);
    expect(logins(`^${consumer}`)).toEqual({ [`${consumer}_2`]: 'never' });
    expect(
      server.sql(database, 'select n, tableowner from own.kept, pg_tables where tablename = $$kept$$').stdout,
    ).toBe(`7|${database}_owner`);
    expect(server.sqlAs(`${consumer}_2`, 'secret', database, 'select count(*) from later').stdout).toBe('0');
  });

  const twoLogins = (consumer: string): void => {
    for (const number of [1, 2]) apply({ database: 'twice', role: `${consumer}_${number}`, consumer });
    pass(`${consumer}_1`);
  };

  test('is left alone while it has sessions, and by the consumers beside it', async () => {
    for (const consumer of ['busy', 'beside']) twoLogins(consumer);
    server.sql('postgres', "alter role busy_1 valid until 'infinity'");
    const held = server.scriptInBackground(
      'PGPASSWORD=secret psql "host=127.0.0.1 user=busy_1 dbname=twice" -c "select pg_sleep(60)"',
    );
    const sessions = "from pg_stat_activity where usename = 'busy_1'";
    const begun = "select count(*) from pg_stat_activity where usename = 'busy_1' and query ~ 'pg_sleep'";
    while (server.sql('postgres', begun).stdout !== '1') await new Promise((resolve) => setTimeout(resolve, 20));
    pass('busy_1');
    retire('busy_2', 'busy');
    expect(logins('^(busy|beside)_[12]')).toEqual({
      busy_1: 'over',
      busy_2: 'never',
      beside_1: 'over',
      beside_2: 'never',
    });

    server.sql('postgres', `select pg_terminate_backend(pid, 10000) ${sessions}`);
    expect((await held).status).not.toBe(0);
    retire('busy_2', 'busy');
    expect(logins('^busy')).toEqual({ busy_2: 'never' });
  });

  test('that owns something in another database stays, cannot log in, and stops nothing', () => {
    twoLogins('owning');
    server.sql('postgres', 'create table held (); alter table held owner to owning_1');
    expect(server.script(retirement('owning_2', 'owning'))).toEqual({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('a retired login stays: role "owning_1" cannot be dropped'),
    });
    expect(logins('^owning')).toEqual({ owning_1: 'over', owning_2: 'never' });
    server.sql('postgres', 'drop table held');
    retire('owning_2', 'owning');
    expect(logins('^owning')).toEqual({ owning_2: 'never' });
  });

  test('takes over from a login of its bare name, but not from one that says it is of another', () => {
    server.sql('postgres', "create role plain login; create role other login; comment on role other is 'of a person'");
    for (const consumer of ['plain', 'other']) {
      apply({ database: 'twice', role: `${consumer}_1`, consumer });
      retire(`${consumer}_1`, consumer);
    }
    expect(logins('^(plain|other)(_1)?$')).toEqual({
      plain: 'soon',
      plain_1: 'never',
      other: 'never',
      other_1: 'never',
    });
  });

  test('is retired by scripts that run side by side, among others that make logins', async () => {
    const model = { database: 'twice', consumer: `c"'; \\ %s $(id)`, access: 'readWrite' as const };
    for (const role of ['side_1', 'side_2', 'side_3']) apply({ ...model, role });
    pass('side_1');
    const job = retirement('side_3', model.consumer);
    const making = [4, 5].map((number) => script({ database: 'twice', role: `beside_${number}`, access: 'readOnly' }));
    const outcomes = await Promise.all([job, ...making, job].map((each) => server.scriptInBackground(each)));
    expect(outcomes).toEqual([1, 2, 3, 4].map(() => ({ status: 0, stdout: '', stderr: '' })));
    expect(logins('^side')).toEqual({ side_2: 'soon', side_3: 'never' });
  });
});

describeWith([...POSTGRES_PROGRAMS], 'the question about collations', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });

  afterAll(() => server.stop());

  /** The question as the exporter asks it. */
  const { query } = (parse(renderPostgresQueries()) as { readonly pg_database_collation: { readonly query: string } })
    .pg_database_collation;
  const answer = (): string => server.sql('postgres', query).stdout;

  /** Warnings of the job for a role, but those about the version of this machine's server. */
  function warnings(): readonly string[] {
    const { directory: socketDirectory } = server;
    const passwordFile = server.file('password', 'secret');
    const model = { superuser: 'postgres', access: 'owner', database: 'sorted', role: 'api' } as const;
    const script = renderRoleScript({ ...model, socketDirectory, passwordFile, place: 'shop-prod/Postgres' });
    const { stderr } = server.script(script);
    return stderr.split('\n').filter((line) => line.startsWith('docker-constructs') && !line.includes('corrections'));
  }

  test('is answered for databases with a version, before the system changes, after it, and when the version is refreshed', () => {
    const before = answer();
    server.sql(
      'postgres',
      `create database sorted template template0 encoding 'UTF8' locale_provider icu icu_locale 'de' locale 'C'`,
    );
    const made = answer();
    server.sql('postgres', `update pg_database set datcollversion = '1.0' where datname = 'sorted'`);
    const changed = answer();
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^docker-constructs warning: \[shop-prod\/Postgres\] indexes of .* were sorted by another system .*: sorted \(1\.0, now \S+\)$/,
      ),
      'docker-constructs warning: [shop-prod/Postgres] rebuild them and refresh the versions: docs/postgres-service.md, A newer system under the same data',
    ]);
    server.sql('postgres', 'alter database sorted refresh collation version');
    expect([before, made, changed, answer()]).toEqual(['', 'sorted|0', 'sorted|1', 'sorted|0']);
    expect(warnings()).toEqual([]);
  });
});
