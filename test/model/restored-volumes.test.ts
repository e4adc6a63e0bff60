import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { BackupJob, BackupRepository, DataVolume, PostgresService } from '../../lib';
import type { EnvironmentStack } from '../../lib';
import { describeStack } from '../../lib/model/stack/manifest';
import { VOLUMES_VARIABLE } from '../../lib/model/workload/volume-names';
import { job, worker } from '../support/services';
import { block, container, ids, messageOf, synth, testStack } from '../support/stacks';
import type { Place } from '../support/stacks';

const DECLARED = 'shop-test-postgres-data';
const RESTORED = 'shop-test-postgres-data-20261121103000';

let directory: string;
beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), 'volumes-'))));
afterEach(() => fs.rmSync(directory, { recursive: true }));

const fileOf = (text: string): string => {
  const file = path.join(directory, 'volumes.json');
  fs.writeFileSync(file, text);
  return file;
};

function stackWith(text: string, environment: Partial<Place> = {}): EnvironmentStack {
  const stack = testStack(environment, { volumesFile: fileOf(text) });
  const postgres = new PostgresService(stack, 'Postgres');
  worker(stack).connectTo(postgres);
  return stack;
}

const dataMount = (stack: EnvironmentStack): string | undefined =>
  (container(synth(stack), 'postgres').volumes as readonly { container_path: string; volume_name: string }[]).find(
    ({ container_path: at }) => at === '/var/lib/postgresql',
  )?.volume_name;

describe('a volume that volumes.json puts in the place of another', () => {
  test('is mounted, is no resource that a plan could delete, and leaves the other one to nobody', () => {
    const stack = stackWith(JSON.stringify({ [DECLARED]: RESTORED }));
    expect(dataMount(stack)).toBe(RESTORED);
    const document = synth(stack);
    expect(ids(document, 'docker_volume')).not.toContain('postgres-data');
    expect(document.removed).toEqual([{ from: 'docker_volume.postgres-data', lifecycle: { destroy: false } }]);
  });

  test('is a new revision of what mounts it, and changes nothing where the name is another stack\u2019s', () => {
    const claim = (text: string) => block(synth(stackWith(text)), 'terraform_data', 'postgres-revision');
    expect(claim('{"shop-prod-postgres-data":"x"}')).toEqual(claim('{}'));
    expect(claim(JSON.stringify({ [DECLARED]: RESTORED }))).not.toEqual(claim('{}'));
  });

  test('is kept also where it has the name of before, as after going back', () => {
    const document = synth(stackWith(JSON.stringify({ [DECLARED]: DECLARED })));
    expect(ids(document, 'docker_volume')).not.toContain('postgres-data');
  });

  test('may be named by a variable, for a synthesis before anything is written', () => {
    process.env[VOLUMES_VARIABLE] = JSON.stringify({ [DECLARED]: 'tried' });
    try {
      expect(dataMount(stackWith(JSON.stringify({ [DECLARED]: RESTORED })))).toBe('tried');
    } finally {
      delete process.env[VOLUMES_VARIABLE];
    }
  });

  test('holds for every volume with data', () => {
    const stack = testStack({}, { volumesFile: fileOf('{"shop-test-index":"shop-test-index-2"}') });
    new DataVolume(stack, 'Index').mountInto(worker(stack), '/index');
    expect(container(synth(stack), 'worker').volumes).toMatchObject([{ volume_name: 'shop-test-index-2' }]);
  });

  test.each([
    ['{', 'is not valid JSON; correct it, or put it back from git'],
    ['["a"]', 'must be an object such as {"shop-prod-postgres-data": "shop-prod-postgres-data-20261121103000"}, got'],
    ['{"a":1}', 'gives volume "a" the name 1; write a text, or remove the line'],
    [
      '{"a":"B c"}',
      ': volume name must be lower-case letters, digits, "_", "." and "-", starting with a letter or digit, at most 128',
    ],
  ])('is refused in %s', (text, problem) => {
    let message = '';
    try {
      stackWith(text);
    } catch (error) {
      message = messageOf(error);
    }
    expect(message).toContain(`[shop-test] ${JSON.stringify(path.join(directory, 'volumes.json'))}`);
    expect(message).toContain(problem);
  });
});

describe('a job on data that a restore can bring back', () => {
  interface Job {
    readonly start?: boolean;
    readonly labels: readonly { readonly label: string; readonly value: string }[];
    readonly lifecycle: { readonly ignore_changes: readonly string[] };
    readonly provisioner: readonly { readonly 'local-exec': { readonly command: string } }[];
  }

  function jobs(names: object): (id: string) => readonly [boolean | undefined, string | undefined, readonly string[]] {
    const stack = testStack({}, { volumesFile: fileOf(JSON.stringify(names)) });
    const load = job(stack, {}, 'Load');
    load.connectTo(new PostgresService(stack, 'Postgres'));
    job(stack, { afterRestore: 'run' }, 'Report').workload.startAfter(load.workload);
    job(stack, {}, 'Elsewhere');
    const document = synth(stack);
    return (id) => {
      const { start, labels, lifecycle, provisioner } = container(document, id) as unknown as Job;
      const command = provisioner[0]?.['local-exec'].command ?? '';
      const data = [...command.matchAll(/--data (\S+)/g)].map(([, name = '']) => name);
      expect(lifecycle.ignore_changes.includes('start')).toBe(start === false);
      return [start, labels.find(({ label }) => label === 'docker-constructs.data')?.value, data];
    };
  }

  test('is started by its gate, which knows the volumes; others are not', () => {
    const found = jobs({});
    expect(found('load')).toEqual([false, undefined, [DECLARED]]);
    for (const id of ['report', 'elsewhere', 'postgres-role-load'])
      expect(found(id)).toEqual([undefined, undefined, []]);
  });

  test('is labelled with the volume that stands in for another', () => {
    expect(jobs({ [DECLARED]: RESTORED })('load')).toEqual([false, RESTORED, [RESTORED]]);
  });
});

describe('the manifest of a stack with backups', () => {
  test('says what a restore has to know, and no value of a secret', () => {
    const stack = testStack({}, { volumesFile: fileOf(JSON.stringify({ [DECLARED]: RESTORED })) });
    const postgres = new PostgresService(stack, 'Postgres', { settings: { work_mem: '8MB' } });
    worker(stack).connectTo(postgres);
    const load = job(stack, {}, 'Load');
    load.connectTo(postgres);
    job(stack, { afterRestore: 'run' }, 'Report').workload.startAfter(load.workload);
    job(stack, {}, 'Elsewhere');
    const away = BackupRepository.directory('/mnt/away', { name: 'away', offHost: true });
    new BackupJob(stack, 'Backup', { source: postgres, repositories: [BackupRepository.volume(), away] });
    synth(stack);
    const { backups, volumesFile } = describeStack(stack.context);
    expect(volumesFile).toBe(path.join(directory, 'volumes.json'));
    expect(backups).toHaveLength(1);
    expect(backups[0]).toMatchObject({
      kind: 'postgres',
      hostname: 'postgres-backup',
      name: 'postgres',
      volume: { name: RESTORED, declared: DECLARED },
      services: ['postgres'],
      jobs: [
        { hostname: 'postgres-role-worker', afterRestore: 'run' },
        { hostname: 'load', afterRestore: 'skip' },
        { hostname: 'postgres-role-load', afterRestore: 'run' },
        { hostname: 'postgres-retire-load', afterRestore: 'run' },
        { hostname: 'report', afterRestore: 'run' },
      ],
      file: '/etc/docker-constructs/backup.json',
      mounts: [
        { repository: 'local', kind: 'volume', source: 'shop-test-postgres-backup-local', path: '/repositories/local' },
        { repository: 'away', kind: 'directory', source: '/mnt/away', path: '/repositories/away' },
      ],
      server: {
        superuser: 'postgres',
        user: '999:999',
        majorVersion: 18,
        network: 'shop-test-data',
        memoryMebibytes: 1024,
        pidsLimit: 1024,
        sharedMemoryMebibytes: 256,
        socket: { volume: 'shop-test-postgres-socket', path: '/run/postgresql' },
        mountPath: '/var/lib/postgresql',
        directory: '/var/lib/postgresql/18/docker',
      },
    });
    expect(backups).toMatchObject([{ server: { command: expect.arrayContaining(['work_mem=8MB']) as string[] } }]);
    expect(backups[0]?.settings.repositories.map(({ name, password }) => [name, password])).toEqual([
      ['local', '/run/secrets/postgres-backup-local-key'],
      ['away', '/run/secrets/postgres-backup-away-key'],
    ]);
  });
});
