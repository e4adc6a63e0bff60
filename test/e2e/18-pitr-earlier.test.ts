import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Backups, until } from './support/backups';
import { must } from './support/command';
import { docker } from './support/docker';
import { note } from './support/figures';
import { expectEmptyPlan, Project, workDirectory } from './support/project';
import { FULL } from './support/proof';
import { recover } from './support/recover';

const STACK = 'stacks/mnemolite/mnemolite-stack.ts';
const NOW = "baseImages: { POSTGRES_IMAGE: 'pgvector/pgvector:0.8.6-pg18-trixie' }";

let backups: Backups;

const utcNow = (): Promise<string> =>
  backups.sql("select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD HH24:MI:SS.US')");

if (FULL) jest.setTimeout(1_800_000);

(FULL ? describe : describe.skip)('PostgreSQL 17 and the Barman of Debian 13', () => {
  beforeAll(async () => {
    const script = join(__dirname, 'images', 'build.sh');
    const args = [script, process.env.DOCKER_HOST ?? '', '--with-postgres-17'];
    const built = await must('bash', args, { limitSeconds: 900 });
    const image = (JSON.parse(built) as Record<string, string>)['postgres:17'] ?? '';
    const away = join(workDirectory(), 'earlier-away');
    mkdirSync(away);
    chmodSync(away, 0o777);
    const project = await Project.open('e2e-earlier', { away, pitr: true });
    const then = `args: { PARTMAN_PACKAGE: 'postgresql-17-partman' }, baseImages: { POSTGRES_IMAGE: '${image}' }`;
    project.edit(STACK, NOW, then);
    project.edit(STACK, 'majorVersion: 18', 'majorVersion: 17');
    backups = await Backups.of(project);
    await until(async () => (await backups.record('check')).ok === 1, 240);
  });

  afterAll(() => backups.project.destroy());

  test('keep a base backup and the log, whose recovery to a time has all of before and nothing of after', async () => {
    expect((await backups.sql('show server_version_num')).slice(0, 2)).toBe('17');
    note('PostgreSQL 17', {
      barman: (await docker('exec', backups.program, 'barman', '--version')).split(' ')[0] ?? '',
    });
    for (const job of ['base-backup', 'pitr-drill']) await backups.succeed(job);
    await backups.sql('create table mark (name text, at timestamptz default clock_timestamp())');
    await backups.openLedger();
    await backups.write(500);
    const total = Number(await backups.sql('select sum(n) from total'));
    await backups.sql("insert into mark values ('before')");
    const time = await utcNow();
    await backups.sql("insert into mark values ('after')");
    await backups.succeed('wal-copy');
    for (const place of ['local', 'away']) {
      const found = await recover(backups, time, place);
      expect({ place, ...found }).toEqual({ place, marks: ['before'], wrong: [], total });
    }

    const { project } = backups;
    const { status, output, seconds } = await project.command('restore', project.stack, '--to', time, '--yes');
    expect({ status, output }).toMatchObject({ status: 0 });
    note('PostgreSQL 17: a restore to a time by one command', { seconds });
    backups = await Backups.of(project);
    expect(await backups.sql('select name from mark')).toBe('before');
    await expectEmptyPlan(project);
    await backups.succeed('pitr-drill');
  });
});
