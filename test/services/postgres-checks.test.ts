import { BackupJob, BackupRepository, Image, PostgresService, Size } from '../../lib';
import type { EnvironmentStack, PostgresServiceProps } from '../../lib';
import { refusal } from '../support/refusal';
import type { Build } from '../support/refusal';
import { worker } from '../support/services';
import { container, synth, testStack } from '../support/stacks';

const server =
  (props: PostgresServiceProps): Build =>
  (stack) =>
    connected(stack, props);

function connected(stack: EnvironmentStack, props: PostgresServiceProps): PostgresService {
  const postgres = new PostgresService(stack, 'Postgres', props);
  worker(stack).connectTo(postgres);
  return postgres;
}

const from = (image: string): PostgresServiceProps => ({ image: Image.of(image) });

describe('an image', () => {
  test.each([
    ['postgres:18.6', '999:999'],
    ['public.ecr.aws/docker/library/postgres:18.6', '999:999'],
    ['pgvector/pgvector:0.8.6-pg18-trixie', '999:999'],
    ['postgres:18.6-alpine3.22', '70:70'],
    ['postgis/postgis:17-3.5-alpine', '70:70'],
    ['timescale/timescaledb:2.17.2-pg17', '70:70'],
  ])('%s runs as %s', (image, user) => {
    const stack = testStack();
    connected(stack, from(image));
    const document = synth(stack);
    expect([container(document, 'postgres').user, container(document, 'postgres-role-worker').user]).toEqual([
      user,
      user,
    ]);
  });

  test('that is built runs as the user of what it is built on', () => {
    const users = ['postgres:18.6', 'postgres:18.6-alpine'].map((base) => {
      const stack = testStack();
      const image = Image.build('stacks/mnemolite/db', { baseImages: { POSTGRES_IMAGE: base } });
      return connected(stack, { image, majorVersion: 18 }).workload.spec.user;
    });
    expect(users).toEqual(['999:999', '70:70']);
  });

  test.each([
    'bitnami/postgresql:17',
    'bitnamilegacy/postgresql:17',
    'supabase/postgres:17.6',
    'kartoza/postgis:17-3.5',
  ])('%s, which no option could make fit, is refused', (image) => {
    expect(refusal(server({ ...from(image), user: '1001:1001', distribution: 'debian' }))).toBe(
      `[shop-test/Postgres] image "${image}" starts in a way of its own, with a superuser and a layout of its own; use an image ` +
        'made from the official one, such as "postgres:18.6"',
    );
  });

  const unknown = (image: string): string =>
    `[shop-test/Postgres] image "${image}" is not known to be made from the official one; state \`user\` (its "postgres" in ` +
    'numbers, such as "999:999") and `distribution` ("debian" or "alpine"), or use "postgres:18.6"';

  test.each(['acme/postgres:18', 'timescale/timescaledb-ha:pg17'])('%s has to say what it is', (image) => {
    expect(
      [from(image), { ...from(image), user: '1000:1000' }, { ...from(image), distribution: 'debian' as const }].map(
        (props) => refusal(server(props)),
      ),
    ).toEqual(Array.from({ length: 3 }, () => unknown(image)));
    expect(refusal(server({ ...from(image), user: '1000:1000', distribution: 'debian' }))).toBe('nothing was refused');
  });

  test('on Alpine has no backups, whatever its tag says', () => {
    const build: Build = (stack) => {
      const source = connected(stack, from('timescale/timescaledb:2.17.2-pg17'));
      return new BackupJob(stack, 'Backup', {
        source,
        repositories: [BackupRepository.volume()],
        acceptSameHost: 'a trial',
      });
    };
    expect(refusal(build)).toBe(
      '[shop-test/Backup] the image of "postgres" is "timescale/timescaledb:2.17.2-pg17", and what takes backups is installed ' +
        'with apt; use an image based on Debian',
    );
  });
});

describe('settings that contradict the container, or each other', () => {
  const mib = (amount: number): Size => Size.mebibytes(amount);

  test.each<[string, PostgresServiceProps, string]>([
    [
      'more buffers than memory',
      { memory: mib(128), settings: { shared_buffers: mib(512) } },
      '`shared_buffers` of 512 MiB must be at most three quarters of `memory` (128 MiB), or the server is killed when they fill; state less of it, or more memory',
    ],
    [
      'the default of buffers in little memory',
      { memory: mib(128) },
      '`shared_buffers` of 128 MiB must be at most three quarters of `memory` (128 MiB), or the server is killed when they fill; state less of it, or more memory',
    ],
    [
      'buffers as a text and as a number of pages',
      { settings: { shared_buffers: '1GB' } },
      '`shared_buffers` of 1024 MiB must be at most three quarters of `memory` (1024 MiB), or the server is killed when they fill; state less of it, or more memory',
    ],
    [
      'more maintenance than is left',
      { settings: { shared_buffers: 65536, maintenance_work_mem: '600 MB' } },
      '`maintenance_work_mem` of 600 MiB and `shared_buffers` of 512 MiB must fit into `memory` (1024 MiB) together, or the server is killed by an index build; state less of them, or more memory',
    ],
    [
      'a small /dev/shm for an index build',
      { shmSize: mib(256), settings: { maintenance_work_mem: mib(400) } },
      '`shmSize` of 256 MiB must hold what one parallel operation takes, 400 MiB by `maintenance_work_mem`, or it fails with "No space left on device"; leave `shmSize` out, or state less of the setting',
    ],
    [
      'a small /dev/shm for a join by hash',
      { shmSize: mib(64), settings: { work_mem: mib(32), maintenance_work_mem: mib(16) } },
      '`shmSize` of 64 MiB must hold what one parallel operation takes, 192 MiB by `work_mem`, or it fails with "No space left on device"; leave `shmSize` out, or state less of the setting',
    ],
    [
      'fewer connections than are reserved',
      { settings: { max_connections: 3 } },
      '`max_connections` must be more than the 3 that are reserved, got 3, or the server does not start',
    ],
    [
      'a log without what its senders need',
      { settings: { wal_level: 'minimal' } },
      '`wal_level` "minimal" needs `max_wal_senders: 0`, got 10, or the server does not start; leave it out, as backups need "replica"',
    ],
    [
      'a place that the construct decides',
      { settings: { hba_file: '/etc/mine.conf', port: 5433 } },
      '`settings` states "hba_file", which belongs to the construct; leave it out: the rules of access are part of the construct\n' +
        '[shop-test/Postgres] `settings` states "port", which belongs to the construct; leave it out: state a port of the host in `expose`',
    ],
  ])('%s', (_what, props, message) => {
    expect(refusal(server(props))).toBe(`[shop-test/Postgres] ${message}`);
  });

  test.each<[PostgresServiceProps['settings'], number]>([
    [{}, 256],
    [{ maintenance_work_mem: mib(400), max_parallel_maintenance_workers: 2 }, 464],
    [{ maintenance_work_mem: mib(400), max_parallel_maintenance_workers: 0 }, 256],
    [{ work_mem: mib(64) }, 448],
    [{ work_mem: mib(64), hash_mem_multiplier: 1, max_parallel_workers_per_gather: 1 }, 256],
    [{ maintenance_work_mem: mib(400), dynamic_shared_memory_type: 'mmap' }, 256],
    [{ maintenance_work_mem: 'unreadable' }, 256],
  ])('%j asks for a /dev/shm of %i MiB', (settings, size) => {
    const stack = testStack();
    connected(stack, { memory: Size.gibibytes(8), settings });
    expect(container(synth(stack), 'postgres').shm_size).toBe(size);
  });

  const notes = (props: PostgresServiceProps): readonly unknown[] =>
    connected(testStack(), props)
      .node.metadata.filter(({ type }) => type === 'aws:cdk:warning' || type === '@cdktf/warn')
      .map(({ data }) => data as unknown);

  test('work for all connections at once is a note', () => {
    expect(notes({ settings: { work_mem: mib(16), max_connections: 200 } })).toEqual([
      '`work_mem` of 16 MiB for each of 200 connections and `shared_buffers` of 128 MiB are more than `memory` (1024 MiB); ' +
        'the server is killed when all connections sort at once',
    ]);
    expect([notes({ settings: { work_mem: mib(8) } }), notes({ memory: mib(512) })]).toEqual([[], []]);
  });
});
