// Slow: waits for locks of PostgreSQL.

import { spawn } from 'node:child_process';
import { BackupOnHost, BACKUP_PROGRAMS } from '../../support/backup-program';
import { PostgresServer } from '../../support/postgres-server';
import { describeWith, requireProgram } from '../../support/programs';

describeWith([...BACKUP_PROGRAMS, 'initdb', 'postgres', 'psql'], 'A dump of a database', () => {
  let server: PostgresServer;
  let backup: BackupOnHost;

  beforeAll(async () => {
    server = await PostgresServer.start();
    for (const sql of ['create role mallory login superuser', 'create database shop', 'create database archive'])
      expect(server.sql('postgres', sql).status).toBe(0);
    server.sql('shop', 'create table orders (id int); create sequence numbers');
    backup = new BackupOnHost(server, Number(server.sql('postgres', 'show server_version_num').stdout.slice(0, 2)), {
      lockSeconds: 2,
    });
  });

  afterAll(async () => {
    await backup.stop();
    await server.stop();
  });

  /** A session that holds a lock until it is ended. */
  async function holding(sql: string): Promise<() => void> {
    const address = ['-h', server.directory, '-p', String(server.port), '-U', 'mallory', '-d', 'shop'];
    const env = { ...process.env, PGAPPNAME: 'the holder' };
    const session = spawn(requireProgram('psql'), ['-XAtq', ...address], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    const held = new Promise((resolve) => session.stdout.once('data', resolve));
    session.stdin.write(`begin; ${sql}; select 'held';\n`);
    await held;
    return () => session.stdin.end('rollback;\n');
  }

  test.each([
    ['a table', 'lock table orders in access exclusive mode'],
    [
      'a sequence, which pg_dump itself would wait for without an end',
      'alter sequence numbers owned by none; drop sequence numbers',
    ],
  ])(
    'says who holds a lock on %s, and is taken once that is gone',
    async (_, sql) => {
      const release = await holding(sql);
      const { status, stderr } = backup.run('run', 'dump');
      release();
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(
          /dump FAILED: waited 2 s for a lock, which is held by process \d+ of user mallory, application 'the holder', in a transaction of \d+ s\. Let/,
        ) as string,
      });
      expect(stderr.match(/trying again, \d of 2/g)).toEqual(['trying again, 1 of 2', 'trying again, 2 of 2']);
      expect(backup.run('run', 'dump').status).toBe(0);
    },
    120_000,
  );

  test('fails where one of all lets nobody connect: it would be missing in silence', () => {
    server.sql('postgres', 'alter database archive allow_connections false');
    const { status, stderr } = backup.run('run', 'dump');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('database archive allows no connections, so it cannot be dumped') as string,
    });
    server.sql('postgres', 'alter database archive allow_connections true; alter database archive is_template true');
    backup.facts('run', 'dump');
    expect(backup.load('archive', 'archive_again')).toMatchObject({ databases: ['archive_again'], tables: 0 });
  });
});
