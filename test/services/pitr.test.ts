import { Duration, Schedule } from '../../lib';
import type { PitrOptions } from '../../lib';
import { mounts, settings, withBackup } from '../support/backups';
import { block, container, ids, synth } from '../support/stacks';
import type { Document } from '../support/stacks';

const withPitr = (pitr: boolean | PitrOptions): Document => synth(withBackup(() => ({ pitr })));

const barmanOf = (document: Document, id: string): string | undefined =>
  (container(document, id).upload as readonly { file: string; content?: string }[]).find(
    ({ file }) => file === '/etc/docker-constructs/barman.conf',
  )?.content;

describe('point-in-time recovery', () => {
  const document = withPitr(true);

  test('has a receiver that reaches the server over its socket, and nothing else', () => {
    expect(container(document, 'postgres-backup-receiver')).toMatchObject({
      entrypoint: ['python3', '-m', 'backup', 'receive'],
      network_mode: 'none',
      read_only: true,
      user: '999:999',
      capabilities: { drop: ['ALL'] },
    });
    expect(mounts(document, 'postgres-backup-receiver')).toEqual([
      '/archive',
      '/etc/docker-constructs',
      '/run/postgresql',
    ]);
    expect(mounts(document, 'postgres-backup')).toContain('/archive');
    expect(mounts(document, 'postgres-backup-drill')).toEqual(['/scratch']);
  });

  test('tells Barman the same in the receiver and in what takes backups', () => {
    const text = barmanOf(document, 'postgres-backup-receiver-files');
    expect(text).toBe(barmanOf(document, 'postgres-backup-files'));
    expect(text).toMatch(/^retention_policy = RECOVERY WINDOW OF 7 DAYS$/m);
    expect(text).toMatch(/^streaming_conninfo = host=\/run\/postgresql user=postgres$/m);
  });

  test('has jobs that wait for the first base backup, and none without `pitr`', () => {
    expect(settings(document).jobs).toMatchObject({
      'base-backup': { schedule: { hours: [2], minutes: [0] }, timeLimit: 14_400 },
      'wal-copy': { after: 'base-backup', timeLimit: 3_600 },
      'pitr-drill': { after: 'base-backup', schedule: { hours: [5] } },
      drill: { after: 'dump' },
    });
    const without = withPitr(false);
    expect(Object.keys(settings(without).jobs as object)).toEqual(['dump', 'drill', 'check']);
    expect(ids(without, 'docker_container')).not.toContain('postgres-backup-receiver');
  });

  test('goes by its options', () => {
    const stated = withPitr({
      window: Duration.days(30),
      schedule: Schedule.weekly({ on: 'sat', at: '01:00' }),
      copySchedule: Schedule.cron('* * * * *'),
      timeout: Duration.hours(8),
    });
    expect(barmanOf(stated, 'postgres-backup-files')).toMatch(/RECOVERY WINDOW OF 30 DAYS/);
    expect(settings(stated).jobs).toMatchObject({
      'base-backup': { schedule: { weekdays: [6], hours: [1] }, timeLimit: 28_800 },
      'wal-copy': { timeLimit: 3_600 },
    });
  });

  test('that changes its schedule does not interrupt the receiver', () => {
    const documents = [Schedule.hourly(), Schedule.daily({ at: '04:00' })].map((schedule) => withPitr({ schedule }));
    const revisions = documents.map((one) =>
      JSON.stringify(block(one, 'terraform_data', 'postgres-backup-receiver-revision')),
    );
    expect(revisions[0]).toBe(revisions[1]);
  });

  test.each([Duration.hours(36), Duration.hours(0)])('with a window of %s is refused', (window) => {
    expect(() => withPitr({ window })).toThrow(
      '[shop-test/Backup] the window of pitr must be a whole number of days from 1, got',
    );
  });

  test('leaves out its drill where there is none', () => {
    const jobs = settings(synth(withBackup(() => ({ pitr: true, acceptNoDrill: 'a test' })))).jobs as object;
    expect(Object.keys(jobs)).toEqual(['base-backup', 'wal-copy', 'dump', 'check']);
  });
});
