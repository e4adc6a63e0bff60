import { BackupJob, BackupRepository, Duration, Image, PostgresService, Schedule, Secret } from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { mounts, s3, settings, withBackup } from '../support/backups';
import type { Wanted } from '../support/backups';
import { worker } from '../support/services';
import { ROOT, block, container, findings, ids, synth, testStack } from '../support/stacks';

describe('a backup of a database', () => {
  const document = synth(withBackup());

  test('reads it over the socket, writes to volumes, and runs as the database does', () => {
    expect(mounts(document, 'postgres-backup')).toEqual([
      '/etc/docker-constructs',
      '/repositories/local',
      '/run/postgresql',
      '/run/secrets',
      '/scratch',
      '/spool',
      '/state',
    ]);
    expect(container(document, 'postgres-backup')).toMatchObject({
      user: '999:999',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      networks_advanced: [{ aliases: ['postgres-backup'] }],
    });
    expect(container(document, 'postgres-backup').depends_on).toContain('docker_container.postgres');
  });

  test('is proven where nothing can be reached: no network, no key, no socket', () => {
    expect(container(document, 'postgres-backup-drill')).toMatchObject({ network_mode: 'none', read_only: true });
    expect(container(document, 'postgres-backup-drill').networks_advanced).toBeUndefined();
    expect(mounts(document, 'postgres-backup-drill')).toEqual(['/scratch']);
  });

  test('gives a fresh repository to the user that writes to it', () => {
    expect(container(document, 'postgres-backup-ownership').entrypoint).toEqual([
      'chown',
      '-R',
      '999:999',
      '/repositories/local',
    ]);
  });

  test('goes without a drill for a reason', () => {
    const stack = withBackup(() => ({ acceptNoDrill: 'what is in it can be made anew' }));
    const without = synth(stack);
    expect(ids(without, 'docker_container').filter((id) => id.includes('drill'))).toEqual([]);
    expect(Object.keys(settings(without).jobs as object)).toEqual(['dump', 'check']);
    const rules = (stack.node.findChild('Backup') as BackupJob).toAlertRules();
    expect(rules.filter(({ labels }) => labels.task === 'drill')).toEqual([]);
  });

  test('is asked for where data is kept, of each database, unless there is a reason against it', () => {
    const stack = testStack({ keepData: true });
    const saved = new PostgresService(stack, 'Saved');
    const copy = new PostgresService(stack, 'Copy', { acceptNoBackup: 'a copy, until the move is done' });
    const forgotten = new PostgresService(stack, 'Forgotten');
    const reader = worker(stack);
    for (const server of [saved, copy, forgotten]) reader.connectTo(server, { alias: server.hostname.toUpperCase() });
    new BackupJob(stack, 'Backup', {
      source: saved,
      repositories: [BackupRepository.volume()],
      acceptSameHost: 'a test',
    });
    expect(findings(stack).map((line) => line.slice(0, 40))).toEqual(['[shop-test/Forgotten] has no backup in a']);
  });

  test('leaves no volume without a name to the image of the database', () => {
    for (const id of ['postgres-backup', 'postgres-backup-drill']) {
      expect(container(document, id).tmpfs).toHaveProperty('/var/lib/postgresql');
    }
    const older = synth(withBackup(undefined, Image.of('postgres:17.2')));
    expect(Object.keys(container(older, 'postgres-backup').tmpfs as object)).toContain('/var/lib/postgresql');
  });

  test('has defaults that are worth having', () => {
    expect(settings(document)).toMatchObject({
      host: 'shop-test/postgres',
      jobs: {
        dump: { schedule: { hours: [3], minutes: [0], timeZone: 'UTC' }, timeLimit: 7200 },
        drill: { schedule: { hours: [5] }, timeLimit: 14400 },
        check: { schedule: { hours: [6], weekdays: [0] }, timeLimit: 14400 },
      },
      postgres: { socket: '/run/postgresql', user: 'postgres' },
      repositories: [
        {
          name: 'local',
          url: '/repositories/local',
          password: '/run/secrets/postgres-backup-local-key',
          secrets: {},
          retention: ['--keep-last=3', '--keep-daily=7', '--keep-weekly=4', '--keep-monthly=6'],
        },
      ],
      drill: { assertions: [] },
    });
  });

  test('that has an image without apt is refused', () => {
    expect(() => withBackup(undefined, Image.of('postgres:18.6-alpine'))).toThrow(
      'the image of "postgres" is "postgres:18.6-alpine", and what takes backups is installed with apt; use an image',
    );
  });

  test('says where its metrics are', () => {
    const stack = withBackup();
    const job = stack.node.findChild('Backup') as BackupJob;
    expect(job.toScrapeTargets()).toMatchObject([{ job: 'postgres-backup', host: 'postgres-backup', port: 9746 }]);
  });

  test('has alerts, whose limits follow from its schedule', () => {
    const stack = withBackup(() => ({ dump: { schedule: Schedule.hourly(), timeout: Duration.minutes(30) } }));
    const rules = (stack.node.findChild('Backup') as BackupJob).toAlertRules();
    expect(rules).toContainEqual({
      name: 'BackupTooOld',
      expr:
        'time() - backup_last_success_timestamp_seconds{job="postgres-backup",task="dump"} > 7200 and ' +
        'backup_last_success_timestamp_seconds{job="postgres-backup",task="dump"} > 0',
      for: Duration.minutes(2),
      severity: 'critical',
      labels: { stack: 'shop-test', task: 'dump' },
      summary: 'The last good dump of shop-test/postgres ended {{ $value | humanizeDuration }} ago',
      description: 'See in the log of the backup container whether the job starts and what keeps it from ending well.',
    });
    expect(new Set(rules.map(({ labels }) => labels.task))).toEqual(new Set(['dump', 'drill', 'check']));
  });

  test('is made from the image of the database, which is built before it where it is built', () => {
    const image = Image.build(`${ROOT}/stacks/mnemolite/db`, { baseImages: { POSTGRES_IMAGE: 'postgres:18.6' } });
    const built = synth(withBackup(undefined, image));
    const [backup = '', database = ''] = ids(built, 'docker_image').filter((id) => /^image-(backup|db)-/.test(id));
    const { name } = block(built, 'docker_image', database);
    expect(block(built, 'docker_image', backup)).toMatchObject({
      build: { build_args: { BASE_IMAGE: name } },
      depends_on: [`docker_image.${database}`],
    });
    expect(name).toMatch(/^shop-test\/db:[0-9a-f]{12}$/);
  });
});

describe('the repositories of a backup', () => {
  test('elsewhere get their credentials as files, and no acknowledgement is asked for', () => {
    const document = synth(withBackup((stack) => ({ repositories: [s3(stack)], acceptSameHost: undefined })));
    expect(settings(document).repositories).toMatchObject([
      {
        url: 's3:https://s3.example.org/shop/prod',
        options: ['-o', 's3.region=eu-central-1'],
        secrets: {
          AWS_ACCESS_KEY_ID: '/run/secrets/access-key-id',
          AWS_SECRET_ACCESS_KEY: '/run/secrets/secret-access-key',
        },
      },
    ]);
    expect(mounts(document, 'postgres-backup')).not.toContain('/repositories/local');
  });

  test('over REST have neither the user nor the password in the address', () => {
    const to = (stack: EnvironmentStack): Wanted => ({
      repositories: [
        BackupRepository.rest({
          url: 'https://backup.example.org/shop',
          user: 'shop@home',
          password: new Secret(stack, 'RestPassword', { origin: 'supplied' }),
        }),
      ],
    });
    expect(settings(synth(withBackup(to))).repositories).toMatchObject([
      {
        url: 'rest:https://backup.example.org/shop',
        environment: { RESTIC_REST_USERNAME: 'shop@home' },
        secrets: { RESTIC_REST_PASSWORD: '/run/secrets/rest-password' },
      },
    ]);
  });

  test.each<readonly [string, () => Wanted, string]>([
    [
      'none',
      () => ({ repositories: [] }),
      '[shop-test/Backup] has no repository; state at least one in `repositories`',
    ],
    [
      'two of one name',
      () => ({ repositories: [BackupRepository.volume(), BackupRepository.directory('/mnt/nas')] }),
      '[shop-test/Backup] two repositories are called "local"; state a `name` for one of them',
    ],
    [
      'only the same host',
      () => ({ acceptSameHost: undefined }),
      '[shop-test/Backup] all repositories (local) are on the host whose data they save, and go with it',
    ],
    ['a reason that is none', () => ({ acceptSameHost: ' ' }), 'go with it; add one elsewhere'],
    [
      'a directory that no mount can say',
      () => ({ repositories: [BackupRepository.directory('/mnt/a:b')] }),
      'directory of the host must not contain',
    ],
    ['no retention', () => ({ retention: {} }), '[shop-test/Backup] retention keeps nothing'],
    [
      'a count that is none',
      () => ({ retention: { daily: 0 } }),
      'retention `daily` must be a whole number from 1, got 0',
    ],
    [
      'a drill that there is and is not',
      () => ({ drill: {}, acceptNoDrill: 'x' }),
      '[shop-test/Backup] has a `drill` and accepts that there is none; take `drill` or `acceptNoDrill` out',
    ],
    [
      'a reason for no drill that is none',
      () => ({ acceptNoDrill: '' }),
      '`acceptNoDrill` is to hold a reason, got ""',
    ],
    ['an unknown rule', () => ({ retention: { dayly: 7 } as never }), '"dayly" is not an option; write `daily`'],
    [
      'a rule that there is not',
      () => ({ retention: { fortnightly: 1 } as never }),
      '"fortnightly" is not an option of `retention`, which has last, hourly, daily, weekly, monthly, yearly',
    ],
  ])('%s is refused with the reason', (_, props, message) => {
    expect(() => withBackup(props)).toThrow(message);
  });

  test.each(['s3.example.org', 'ftp://x', 'https://user:password@x', 'https://x/?a', ''])(
    '%j is no address',
    (endpoint) => {
      const stack = testStack();
      const key = new Secret(stack, 'Key');
      expect(() => BackupRepository.s3({ endpoint, bucket: 'b', accessKeyId: key, secretAccessKey: key })).toThrow(
        'repository endpoint must be an address',
      );
    },
  );

  test('a changed schedule touches the backup program, and nothing else', () => {
    const documents = [Schedule.hourly(), Schedule.daily({ at: '04:00' })].map((schedule) =>
      synth(withBackup(() => ({ dump: { schedule } }))),
    );
    const changed = ids(documents[0] ?? { resource: {} }, 'terraform_data').filter((id) => {
      const [one, two] = documents.map((document) => JSON.stringify(block(document, 'terraform_data', id)));
      return one !== two;
    });
    expect(changed).toEqual(['postgres-backup-revision']);
  });

  test('nothing of it is a finding', () => {
    expect(findings(withBackup())).toEqual([]);
  });
});
