// Slow: starts servers of PostgreSQL.

import { HostileOwner, expectNothingGained } from './hostile-owner';
import { PostgresServer } from './postgres-server';
import { describeWithPostgres } from './programs';

describeWithPostgres([15, 17, 18], 'a hostile owner', (major) => {
  let server: PostgresServer;
  let owner: HostileOwner;

  beforeAll(async () => {
    server = await PostgresServer.start([], major);
    owner = new HostileOwner(server);
  }, 120_000);

  afterAll(() => server.stop());

  test('is refused what would give it more than its database', () => {
    expect(owner.allowed()).toEqual([]);
    expectNothingGained(owner);
  });

  test('is caught when a superuser runs what it planted', () => {
    server.sql(owner.database, "select format('%I'::text, 'a'::name, 'b'::name)");
    server.sql(owner.database, 'begin read only; select * from public.seen limit 1; rollback');
    expect(owner.gained()).toEqual([
      `superuser: ${owner.login}`,
      'ran: format(text, name, name) in public as postgres',
      'log: format(text, name, name) in public ran as postgres',
      'log: row security ran as postgres',
      'log: view ran as postgres',
    ]);
  });
});
