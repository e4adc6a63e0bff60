import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRoleScript } from '../../lib/config';
import type { PostgresServer } from './postgres-server';

const SQL = join(__dirname, 'hostile-owner');

/** Files of `hostile-owner` that the owner's login runs, in their order. */
export type Planted = 'shadows' | 'tables' | 'names';

export interface HostileOwnerProps {
  /** @default 'shop' */
  readonly database?: string;
  /** @default 'mallory' */
  readonly login?: string;
  /** @default - all of them */
  readonly plant?: readonly Planted[];
  /** Whether a superuser makes the settings that an owner of an earlier version could leave behind. @default false */
  readonly settings?: boolean;
}

/** A consumer with `access: 'owner'` that plants in its database what might be run by someone with more rights. */
export class HostileOwner {
  readonly database: string;
  readonly login: string;
  readonly password = 'secret';

  /** Makes the database and the login as our role job does, then plants everything as that login. */
  constructor(
    private readonly server: PostgresServer,
    {
      database = 'shop',
      login = 'mallory',
      plant = ['shadows', 'tables', 'names'],
      settings = false,
    }: HostileOwnerProps = {},
  ) {
    this.database = database;
    this.login = login;
    this.enter();
    for (const file of ['payload', ...plant]) this.plant(file);
    if (settings) this.leaveSettings();
  }

  /** Runs the role job of this login, as a deploy does. */
  enter(): void {
    const { status, stderr } = this.server.script(this.roleScript());
    if (status !== 0) throw new Error(`the role job failed: ${stderr}`);
  }

  roleScript(): string {
    const { database, login: role, server } = this;
    const passwordFile = server.file(`password-${role}`, this.password);
    const { directory: socketDirectory } = server;
    return renderRoleScript({ superuser: 'postgres', access: 'owner', socketDirectory, passwordFile, database, role });
  }

  /** SQL of the login. */
  sql(sql: string): ReturnType<PostgresServer['sql']> {
    return this.server.sqlAs(this.login, this.password, this.database, sql);
  }

  /** The database's settings as `settings.sql` makes them. */
  leaveSettings(): void {
    const { database, login } = this;
    const made = this.server.sqlFile('postgres', join(SQL, 'settings.sql'), {
      database,
      login,
      owner: `${database}_owner`,
    });
    if (made.status !== 0) throw new Error(`settings.sql failed: ${made.stderr}`);
  }

  /** Of the statements in `attempts.sql`, those that the server let this login do. */
  allowed(): readonly string[] {
    const attempts = readFileSync(join(SQL, 'attempts.sql'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('--'));
    return attempts.filter((attempt) => this.sql(attempt).status === 0);
  }

  /** What it has gained, one line for each thing: rights, and payloads that ran as another role. */
  gained(): readonly string[] {
    const { database, login, server } = this;
    const variables = { login, owner: `${database}_owner` };
    const { status, stdout, stderr } = server.sqlFile(database, join(SQL, 'gained.sql'), variables);
    if (status !== 0) throw new Error(`gained.sql failed: ${stderr}`);
    const ran = server.log().matchAll(/LOG: {2}loot: (.*)/g);
    return [...stdout.split('\n').filter(Boolean), ...new Set([...ran].map(([, what = '']) => `log: ${what}`))];
  }

  private plant(file: string): void {
    const { database, login, password, server } = this;
    const planted = server.sqlFile(
      database,
      join(SQL, `${file}.sql`),
      {},
      { PGUSER: login, PGHOST: '127.0.0.1', PGPASSWORD: password },
    );
    if (planted.status !== 0) throw new Error(`${file}.sql failed: ${planted.stderr}`);
  }
}

/** The one assertion: no right, and no payload that ran as another role. */
export function expectNothingGained(owner: HostileOwner): void {
  expect(owner.gained()).toEqual([]);
}
