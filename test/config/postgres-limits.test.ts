// Slow: starts servers of PostgreSQL.

import { writeFileSync } from 'node:fs';
import { renderHostBasedAuthentication, renderRoleScript, type RoleScriptModel } from '../../lib/config';
import { PostgresServer, type Outcome } from '../support/postgres-server';
import { describeWithPostgres } from '../support/programs';

const DONE: Outcome = { status: 0, stdout: '', stderr: '' };

describeWithPostgres([15, 17, 18], 'a server with several consumers', (major) => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start(['-c', 'max_connections=23'], major);
  });

  afterAll(() => server.stop());

  const script = (role: string, model: Partial<RoleScriptModel> = {}): string =>
    renderRoleScript({
      superuser: 'postgres',
      access: 'owner',
      socketDirectory: server.directory,
      passwordFile: server.file(`password-${role}`, 'secret'),
      database: 'shop',
      role,
      ...model,
    });
  const limitOf = (role: string): string =>
    server.sql('postgres', `select rolconnlimit from pg_roles where rolname = '${role}'`).stdout;

  test('leaves a fifth of its connections to others, three for each of them, and half at most', () => {
    const limits = ['first', 'second', 'third', 'fourth', 'fifth'].map((role) => {
      expect(server.script(script(role))).toEqual(DONE);
      return limitOf(role);
    });
    expect(limits).toEqual(['16', '16', '14', '11', '10']);
    expect(server.script(script('exporter', { access: 'monitor' }))).toEqual(DONE);
    expect(server.script(script('stated', { connectionLimit: 2 }))).toEqual(DONE);
    expect([limitOf('exporter'), limitOf('stated')]).toEqual(['10', '2']);
  });

  test('lets a consumer take no more than its limit, and others in', async () => {
    expect(server.script(script('greedy', { connectionLimit: 2 }))).toEqual(DONE);
    const session = `PGPASSWORD=secret exec psql -Xq "host=127.0.0.1 user=greedy dbname=shop" -c "select pg_sleep(60)"`;
    const taken = [1, 2].map(() => server.scriptInBackground(session));
    const count = "select count(*) from pg_stat_activity where usename = 'greedy' and query ~ 'pg_sleep'";
    while (server.sql('postgres', count).stdout !== '2') await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.sqlAs('greedy', 'secret', 'shop', 'select 1').stderr).toContain(
      'too many connections for role "greedy"',
    );
    expect(server.script(script('modest'))).toEqual(DONE);
    expect(server.sqlAs('modest', 'secret', 'shop', 'select 1').stdout).toBe('1');
    server.sql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'greedy'");
    await Promise.all(taken);
  });

  test('says in the log of a job that its corrections are too old, and goes on', () => {
    const old = script('dated').replaceAll("current_setting('server_version_num')::int", '180003');
    const { status, stderr } = server.script(old);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(
        /^docker-constructs warning: \[\w+\] PostgreSQL .* lacks corrections that protect the server from its consumers/,
      ),
    });
  });
});

describeWithPostgres([17, 18], 'a server that warns at each connection', (major) => {
  test('gets its roles nevertheless', async () => {
    const server = await PostgresServer.start([], major);
    try {
      const warn = `create function warn() returns event_trigger language plpgsql as $$ begin raise warning 'collation version mismatch'; end $$;
        create event trigger warning on login execute function warn(); alter event trigger warning enable always`;
      expect(server.sql('postgres', warn).stderr).toBe('');
      const passwordFile = server.file('password', 'secret');
      const { directory: socketDirectory } = server;
      const model = { superuser: 'postgres', access: 'owner', database: 'shop', role: 'api' } as const;
      expect(server.script(renderRoleScript({ ...model, socketDirectory, passwordFile }))).toEqual({
        status: 0,
        stdout: '',
        stderr: expect.stringContaining('WARNING:  collation version mismatch'),
      });
      expect(server.sqlAs('api', 'secret', 'shop', 'select 1').stdout).toBe('1');
    } finally {
      await server.stop();
    }
  });
});

describeWithPostgres([15, 18], 'the rules of access', (major) => {
  test('keep the superuser off the network, whatever its password is', async () => {
    const server = await PostgresServer.start([], major);
    try {
      writeFileSync(server.sql('postgres', 'show hba_file').stdout, renderHostBasedAuthentication('postgres'));
      expect(
        server.sql('postgres', "alter role postgres password 'secret'; create role api login password 'secret'").stderr,
      ).toBe('');
      expect(server.sql('postgres', 'select pg_reload_conf()').stdout).toBe('t');
      await untilReloaded(server);
      expect(server.sqlAs('postgres', 'secret', 'postgres', 'select 1').stderr).toContain(
        'pg_hba.conf rejects connection',
      );
      expect(server.sqlAs('api', 'secret', 'postgres', 'select 1').stdout).toBe('1');
      expect(server.sql('postgres', 'select 1').stdout).toBe('1');
    } finally {
      await server.stop();
    }
  });
});

/** Until new sessions are judged by the rules that were read last. */
async function untilReloaded(server: PostgresServer): Promise<void> {
  const loaded = 'select pg_conf_load_time() > pg_postmaster_start_time() + interval $$10 ms$$';
  while (server.sql('postgres', loaded).stdout !== 't') await new Promise((resolve) => setTimeout(resolve, 50));
}
