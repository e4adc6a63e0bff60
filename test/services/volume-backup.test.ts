import { BackupJob, BackupRepository, DataVolume, Duration, Image, PostgresService, Quiesce, Secret } from '../../lib';
import type { BackupJobProps, EnvironmentStack, WorkerService, WorkerServiceProps } from '../../lib';
import { worker } from '../support/services';
import { block, container, findings, ids, messageOf, synth, testStack, variables } from '../support/stacks';
import type { Document } from '../support/stacks';
import { startWords } from '../support/start-words';

type Wanted = Partial<Omit<BackupJobProps, 'of'>>;
interface Parts {
  readonly stack: EnvironmentStack;
  readonly uploads: DataVolume;
  readonly writer: WorkerService;
}

const WRITER: Partial<WorkerServiceProps> = { command: ['/app/write', '--all'], user: '10001:10001' };

function withVolume(
  props: (parts: Parts) => Wanted,
  writerProps: Partial<WorkerServiceProps> = WRITER,
): EnvironmentStack {
  const stack = testStack();
  const uploads = new DataVolume(stack, 'Uploads');
  const writer = worker(stack, writerProps);
  uploads.mountInto(writer, '/data');
  const shared = { repositories: [BackupRepository.volume()], acceptSameHost: 'a test' };
  new BackupJob(stack, 'UploadsBackup', { ...shared, source: uploads, ...props({ stack, uploads, writer }) });
  return stack;
}

const stopped = ({ writer }: Parts): Wanted => ({ quiesce: Quiesce.stop(writer) });
const COPY = ['sqlite3', '/data/a.db', "VACUUM INTO '/quiesce/copy/a.db'"];
const copied = ({ writer }: Parts): Wanted => ({ quiesce: Quiesce.command(COPY, { service: writer }) });
const asFound = (): Wanted => ({ quiesce: Quiesce.none('written once, never changed') });

interface Mount {
  readonly container_path: string;
  readonly read_only: boolean;
  readonly volume_name: string;
}
const mounts = (document: Document, id: string): Record<string, string> =>
  Object.fromEntries(
    (container(document, id).volumes as readonly Mount[]).map((mount) => [
      mount.container_path,
      `${mount.volume_name.replace(/^\$\{docker_volume\.(.*)\.name\}$/, '$1')}${mount.read_only ? ' (read)' : ''}`,
    ]),
  );

function settings(document: Document): Record<string, unknown> {
  const uploads = container(document, 'uploads-backup-files').upload as readonly { file: string; content?: string }[];
  const file = uploads.find((upload) => upload.file === '/etc/docker-constructs/backup.json');
  return JSON.parse(file?.content ?? '{}') as Record<string, unknown>;
}

describe('a backup of a volume that is stopped for it', () => {
  const document = synth(withVolume(stopped));

  test('reads the volume, meets the service in a volume of both, and reaches nothing else of it', () => {
    expect(mounts(document, 'uploads-backup')).toMatchObject({
      '/source': 'uploads (read)',
      '/quiesce': 'uploads-backup-requests',
    });
    expect(mounts(document, 'worker')).toEqual({
      '/data': 'uploads',
      '/run/docker-constructs/requests': 'uploads-backup-requests',
    });
    expect(mounts(document, 'uploads-backup-drill')).toEqual({ '/scratch': 'uploads-backup-drill-scratch' });
    expect(container(document, 'uploads-backup-drill')).toMatchObject({ network_mode: 'none', read_only: true });
    expect(JSON.stringify(document)).not.toContain('docker.sock');
  });

  test('starts the service through a wrapper that gets what the image says, and how it stops', () => {
    const { entrypoint } = container(document, 'worker');
    expect((entrypoint as string[]).slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(startWords(document, 'worker')).toEqual([
      '/run/docker-constructs/requests',
      'worker',
      'TERM',
      '10',
      '15',
      '/app/write',
      '--all',
    ]);
    const other = withVolume(stopped, {
      ...WRITER,
      entrypoint: ['/init'],
      stopGracePeriod: Duration.seconds(40),
    });
    const args = startWords(synth(other), 'worker');
    expect(args.slice(2)).toEqual(['TERM', '40', '15', '/init', '/app/write', '--all']);
  });

  test('and that reads variables from secrets gets them first', () => {
    const stack = withVolume((parts) => {
      parts.writer.workload.exportSecret('TOKEN', new Secret(parts.stack, 'Token'));
      return stopped(parts);
    });
    const [, , script] = container(synth(stack), 'worker').entrypoint as string[];
    expect(script).toMatch(
      /^TOKEN="\$\(cat \/run\/secrets\/token && printf x\)" && export TOKEN="\$\$\{TOKEN%x\}" \|\| exit 1; /,
    );
    expect(script).toMatch(/exec "\$@"\n$/);
  });

  test('runs as the user that writes, with nothing more, and its fresh volumes belong to that user', () => {
    for (const id of ['uploads-backup', 'uploads-backup-drill']) {
      expect(container(document, id)).toMatchObject({ user: '10001:10001', capabilities: { drop: ['ALL'] } });
    }
    const image = ids(document, 'docker_image').find((id) => id.startsWith('image-backup-')) ?? '';
    expect(block(document, 'docker_image', image)).toMatchObject({
      build: { build_args: { BASE_IMAGE: 'debian:13.2-slim', OWNER: '10001:10001' } },
    });
  });

  test('knows whom to ask, and what is proven', () => {
    expect(settings(document)).toMatchObject({
      host: 'shop-test/uploads',
      jobs: {
        files: { schedule: { hours: [3], minutes: [0] }, timeLimit: 7200 },
        drill: { schedule: { hours: [5] } },
        check: { schedule: { weekdays: [0] } },
      },
      volume: {
        source: '/source',
        quiesce: { kind: 'stop', directory: '/quiesce', names: ['worker'], timeLimit: 600 },
      },
      drill: { sqlite: [] },
    });
    expect(settings(document)).not.toHaveProperty('postgres');
  });

  test('nothing of it is a finding', () => {
    expect(findings(withVolume(stopped))).toEqual([]);
  });
});

describe('a backup of what a command writes', () => {
  const document = synth(withVolume(copied));

  test('runs it where the service runs, in a container without a network', () => {
    const copy = container(document, 'uploads-backup-copy');
    expect(copy).toMatchObject({
      image: container(document, 'worker').image,
      user: '10001:10001',
      network_mode: 'none',
      read_only: true,
      command: COPY,
    });
    expect((copy.entrypoint as string[]).slice(3)).toEqual(['copy', '/quiesce', 'uploads-backup-copy']);
    expect(mounts(document, 'uploads-backup-copy')).toEqual({
      '/data': 'uploads (read)',
      '/quiesce': 'uploads-backup-requests',
    });
    expect(variables(document, 'uploads-backup-copy')).toEqual({});
  });

  test('leaves the service as it is, and the volume to the command', () => {
    expect(container(document, 'worker').entrypoint).toBeUndefined();
    expect(mounts(document, 'uploads-backup')).not.toHaveProperty('/source');
    expect(settings(document)).toMatchObject({
      volume: { source: '/quiesce/copy', quiesce: { kind: 'command', names: ['uploads-backup-copy'] } },
    });
  });

  test('from another image, at another place, and for writing where that is asked for', () => {
    const image = Image.of('shop/tools:1.0');
    const options = { image, directory: '/there', writable: true, timeout: Duration.minutes(1) };
    const other = synth(
      withVolume(({ writer }) => ({ quiesce: Quiesce.command(COPY, { service: writer, ...options }) })),
    );
    expect(mounts(other, 'uploads-backup-copy')).toMatchObject({ '/there': 'uploads' });
    expect(container(other, 'uploads-backup-copy').image).not.toBe(container(other, 'worker').image);
    expect(settings(other)).toMatchObject({ volume: { quiesce: { timeLimit: 60 } } });
  });
});

describe('a backup of a volume as it is found', () => {
  test('meets nobody', () => {
    const document = synth(withVolume(asFound));
    expect(mounts(document, 'uploads-backup')).toMatchObject({ '/source': 'uploads (read)' });
    expect(mounts(document, 'uploads-backup')).not.toHaveProperty('/quiesce');
    expect(settings(document)).toMatchObject({ volume: { source: '/source' } });
    expect(container(document, 'worker').entrypoint).toBeUndefined();
  });

  test('is read by root with what that takes where nobody says who can, and by whom is stated', () => {
    const document = synth(withVolume(asFound));
    expect(container(document, 'uploads-backup')).toMatchObject({
      user: '0:0',
      capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_OVERRIDE', 'CAP_FOWNER', 'CAP_FSETID'] },
    });
    expect(container(document, 'uploads-backup-drill')).toMatchObject({
      user: '0:0',
      capabilities: { drop: ['ALL'], add: ['CAP_DAC_OVERRIDE', 'CAP_FOWNER'] },
    });
    const stated = synth(withVolume(() => ({ ...asFound(), files: { user: '33' } })));
    expect(container(stated, 'uploads-backup')).toMatchObject({ user: '33', capabilities: { drop: ['ALL'] } });
  });
});

describe('a volume whose backup', () => {
  const cases: readonly (readonly [string, (parts: Parts) => Wanted, string, Partial<WorkerServiceProps>?])[] = [
    [
      'says nothing of who writes to it',
      () => ({}),
      '[shop-test/UploadsBackup] does not say how volume "uploads" is kept from changing while it is saved, and a copy ' +
        'of files that are written to may be good for nothing; state `quiesce`: `Quiesce.stop(service)`, ' +
        '`Quiesce.command([…], { service })` or, where it does no harm, `Quiesce.none(reason)`',
    ],
    [
      'gives no reason',
      () => ({ quiesce: Quiesce.none(' ') }),
      'the way to quiesce volume "uploads" has no reason; state one',
    ],
    [
      'stops nobody',
      () => ({ quiesce: Quiesce.stop([]) }),
      'the way to quiesce volume "uploads" has no service; state one',
    ],
    [
      'runs nothing',
      ({ writer }) => ({ quiesce: Quiesce.command([], { service: writer }) }),
      'the way to quiesce volume "uploads" has no command; state one',
    ],
    [
      'has options of a database',
      (parts) => ({ ...stopped(parts), dump: {} }),
      '[shop-test/UploadsBackup] `dump` is an option for backups of databases, and "uploads" is a volume; leave it out',
    ],
    [
      'is proven as a database is',
      (parts) => ({ ...stopped(parts), drill: { minTables: 3 } }),
      '`drill.minTables` is an option for backups of databases, and "uploads" is a volume; leave it out',
    ],
    [
      'has an image without apt',
      (parts) => ({ ...stopped(parts), files: { image: Image.of('alpine:3.23') } }),
      'the image of "uploads" is "alpine:3.23", and what takes backups is installed with apt; use an image based on Debian',
    ],
    [
      'stops one of several',
      stopped,
      '"worker" is 2 replicas, and only one container of a service can be stopped for backups; choose another ' +
        'way to `quiesce`',
      { ...WRITER, replicas: 2 },
    ],
    [
      'asks for a copy of what the service does not have',
      ({ stack }) => ({ quiesce: Quiesce.command(COPY, { service: worker(stack, {}, 'Other') }) }),
      'does not know where the command finds the volume, which "other" does not mount; mount it before the BackupJob, or ' +
        'state `directory`',
    ],
  ];

  test.each(cases.map(([what, props, message, writer = WRITER]) => [what, props, message, writer] as const))(
    '%s is refused',
    (_, props, message, writerProps) => {
      let thrown: unknown;
      try {
        withVolume(props, writerProps);
      } catch (error) {
        thrown = error;
      }
      expect(messageOf(thrown)).toContain(message);
    },
  );

  test('leaves a writer running, or stops one in vain, is a finding', () => {
    const stack = withVolume((parts) => {
      parts.uploads.mountInto(worker(parts.stack, WRITER, 'Second'), '/data');
      return { quiesce: Quiesce.stop([parts.writer, worker(parts.stack, WRITER, 'Third')]) };
    });
    expect(findings(stack).join('\n')).toContain(
      '"second" writes to volume "uploads" and is not stopped while it is saved; add it to `Quiesce.stop`',
    );
    expect(findings(stack).join('\n')).toContain(
      '"third" is stopped while volume "uploads" is saved, and does not write to it; mount the volume into it, or name ' +
        'the service that writes',
    );
  });

  test('stops a service that another backup stops already is refused', () => {
    const twice = (): EnvironmentStack =>
      withVolume((parts) => {
        const more = new DataVolume(parts.stack, 'More');
        more.mountInto(parts.writer, '/more');
        const shared = { repositories: [BackupRepository.volume()], acceptSameHost: 'a test' };
        new BackupJob(parts.stack, 'MoreBackup', { ...shared, source: more, ...stopped(parts) });
        return stopped(parts);
      });
    expect(twice).toThrow('"worker" is stopped for another backup already, and has one place for requests');
  });

  test('has options that a database has not: there they are refused', () => {
    const stack = testStack();
    const source = new PostgresService(stack, 'Postgres');
    const make = (id: string, props: Wanted) => () =>
      new BackupJob(stack, id, {
        source,
        repositories: [BackupRepository.volume()],
        acceptSameHost: 'a test',
        ...props,
      });
    expect(make('A', asFound())).toThrow(
      '`quiesce` is an option for backups of volumes, and "postgres" is a database; leave it out',
    );
    expect(make('B', { files: {} })).toThrow('`files` is an option for backups of volumes');
    expect(make('C', { drill: { sqlite: [] } })).toThrow('`drill.sqlite` is an option for backups of volumes');
  });
});
