import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RestorePoint } from '../../lib/cli/restore/points/restore-point';
import { IMAGES, RECORD, VOLUME_RECORD } from '../support/backup-record';
import type { DockerAnswer } from '../support/fake-docker';
import { closeProject, docker, index, openProject, project, refused, restore, useBackups } from '../support/restores';

const POINTS: readonly RestorePoint[] = [
  { repository: 'local', kind: 'files', id: 'aaaa1111', time: '2026-11-21T03:00:04.79Z', bytes: 1_234_567 },
];

beforeEach(async () => {
  await openProject();
  useBackups([VOLUME_RECORD]);
});
afterEach(closeProject);

const ANSWERS = {
  createLoader: { to: '^create .*src=fetched1,dst=/scratch', output: 'loader1\n' },
  create: { to: '^create ', output: 'tools1\n' },
  scratch: { to: '^inspect --format .*/scratch.* tools1$', output: 'fetched1\n' },
  fetch: { to: '^exec tools1 .* fetch --kind=', output: '{}' },
  list: { to: '^exec tools1 .* list$', output: JSON.stringify(POINTS) },
  check: { to: '--check$', output: '{}' },
  restore: { to: '^exec (tools|loader)1 .* restore ', output: '{"files":12}' },
  backup: { to: 'ps --quiet --filter label=docker-constructs.workload=shop-dev/[a-z]+-backup$', output: 'backup1\n' },
  noNewVolume: { to: 'volume inspect .* shop-dev-uploads-[0-9]', status: 1, errors: 'Error: no such volume: x' },
};
const volumeEngine = (...first: readonly DockerAnswer[]): void => docker.says(...first, ...Object.values(ANSWERS));

describe('restore of a volume', () => {
  test('fills a new one, deploys on it and backs up, and stops nobody', async () => {
    volumeEngine();
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    const steps = [/^volume create .* shop-dev-uploads-\d{14}$/, /--check$/, /--into=\/restored$/, /backup run files$/];
    const places = steps.map(index);
    expect(places).not.toContain(-1);
    expect([...places].sort((one, other) => one - other)).toEqual(places);
    expect(index(/^stop/)).toBe(-1);
    expect(project.read<Record<string, string>>('volumes.json')['shop-dev-uploads']).toMatch(
      /^shop-dev-uploads-\d{14}$/,
    );
    expect(project.terraformSaw.at(-1)).toBe('apply -input=false PLAN');
    expect(project.text).toContain('shop-dev/uploads is back at the backup of 2026-11-21 03:00:04 UTC (aaaa1111');
    expect(project.text).toContain('12 files: each is as it was saved, to the byte');
    expect(project.text).toContain('The volume of before, shop-dev-uploads, is kept.');
  });

  test('works as who may give files back to whom they belonged', async () => {
    volumeEngine();
    await restore('shop-dev', '--to', 'aaaa', '--yes');
    const [create = ''] = docker.saw.filter((line) => line.startsWith('create '));
    const rights = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'].map((capability) => `--cap-add=${capability}`);
    for (const option of ['--user=0:0', '--cap-drop=ALL', ...rights, '--network=none', '--pids-limit=1024'])
      expect(create).toContain(` ${option} `);
    expect(create).toMatch(/ --mount=type=volume,src=shop-dev-uploads-\d{14},dst=\/restored /);
  });

  test('leaves everything as it is when it fails', async () => {
    volumeEngine({ to: 'restore .*--into=\\/restored$', status: 1, errors: 'backup: not as it was saved' });
    expect(await refused('--to', 'latest', '--yes')).toBe('not as it was saved');
    expect(index(/^volume rm shop-dev-uploads-\d{14}$/)).toBeGreaterThan(0);
    expect(project.warnings).toBe('');
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
  });

  test('beside is in a container that can read all of it and change nothing', async () => {
    volumeEngine();
    expect(await restore('shop-dev', '--to', 'latest', '--side-by-side')).toBe(0);
    const [run = ''] = docker.saw.filter((line) => line.startsWith('run '));
    const hardened = ['--network=none', '--read-only', '--cap-drop=ALL', '--pids-limit=1024'];
    for (const option of ['--name=shop-dev-uploads-restored', ...hardened]) expect(run).toContain(` ${option} `);
    expect(run).toMatch(/src=shop-dev-uploads-\d{14},dst=\/restored,readonly .* shop-dev\/backup:1 infinity$/);
    expect(project.text).toContain('Take files out of it: docker cp shop-dev-uploads-restored:/restored/… .');
    expect(project.text).toContain('Remove it, with its volume: npm run restore -- shop-dev --discard');
  });

  test('discards what is beside, with its volume', async () => {
    const mounts = JSON.stringify([{ Destination: '/restored', Name: 'shop-dev-uploads-1' }]);
    volumeEngine(
      { to: 'label=docker-constructs.restored', output: 'shop-dev-uploads-restored\n' },
      { to: '^inspect ', output: mounts },
    );
    expect(await restore('shop-dev', '--discard', '--yes')).toBe(0);
    expect(docker.saw.slice(-2)).toEqual(['rm --force shop-dev-uploads-restored', 'volume rm shop-dev-uploads-1']);
  });

  test('goes back to a volume that only its own services have', async () => {
    const users = 'shop-dev-api-1 shop-dev/api\nshop-dev-uploads-backup-1 shop-dev/uploads-backup\n';
    volumeEngine({ to: 'volume=old --format', output: `${users}shop-dev-db-1 shop-dev/postgres\n` });
    expect(await refused('--use', 'old', '--yes')).toContain('volume "old" is in use by shop-dev-db-1; ');
    volumeEngine({ to: 'volume=old --format', output: users });
    expect(await restore('shop-dev', '--use', 'old', '--yes')).toBe(0);
    expect(project.read('volumes.json')).toEqual({ 'shop-dev-uploads': 'old' });
  });

  test('goes to no volume that the program has for something else', async () => {
    useBackups([VOLUME_RECORD], {
      docker_container: { ...IMAGES.docker_container, api: { volumes: [{ volume_name: 'shop-dev-uploads-local' }] } },
      docker_volume: { thumbs: { name: 'shop-dev-thumbs' } },
    });
    for (const volume of ['shop-dev-uploads-local', 'shop-dev-thumbs']) {
      volumeEngine({ to: `volume=${volume} `, output: 'shop-dev-uploads-backup-1 shop-dev/uploads-backup\n' });
      const message = `volume "${volume}" is another one of the stack, and does not hold what "uploads" is to be`;
      expect(await refused('--use', volume, '--yes')).toContain(message);
      expect(await refused('--to', 'latest', '--volume', volume, '--yes')).toContain(message);
    }
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
  });

  describe('where nothing of its stack is there', () => {
    const absent = { to: '^volume inspect .* shop-dev-(postgres-data|uploads)$', status: 1, errors: 'no such volume' };
    beforeEach(() => {
      useBackups([RECORD, VOLUME_RECORD, { ...VOLUME_RECORD, hostname: 'second-backup' }]);
      volumeEngine(absent);
    });

    test('comes back with all of that, before one deploy', async () => {
      expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
      const restored = docker.saw.filter((line) => /^exec (tools|loader)1 .*--into=/.test(line));
      expect(restored.filter((line) => !line.endsWith('--check'))).toHaveLength(2);
      const deploys = project.printed.filter((line) => line.startsWith('Deploying'));
      expect(deploys).toEqual(['Deploying shop-dev on volume shop-dev-postgres-data, shop-dev-uploads …']);
      expect(project.text).toContain('shop-dev/postgres is back');
      expect(project.text).toContain('shop-dev/uploads is back');
      expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
    });

    test('leaves nothing behind when one of all cannot be restored', async () => {
      volumeEngine(absent, { to: 'restore .*--into=/restored$', status: 1, errors: 'backup: not as it was saved' });
      expect(await refused('--to', 'latest', '--yes')).toBe('not as it was saved');
      for (const name of ['postgres-data', 'uploads']) expect(docker.saw).toContain(`volume rm shop-dev-${name}`);
      expect(project.text).not.toContain('Deploying');
    });

    test('says what else the deploy would make empty, asked for alone', async () => {
      expect(await restore('shop-dev', '--service', 'uploads-backup', '--to', 'latest', '--yes')).toBe(0);
      expect(project.warnings).toContain('postgres is not on this host either. The deploy makes it empty');
    });
  });

  test.each([
    [
      ['--upgrade'],
      '--upgrade is for databases, and "uploads" is a volume; leave it out, or name a database with --service',
    ],
    [['--to', 'latest', '--database', 'app'], '--database is for databases, and "uploads" is a volume'],
    [
      ['--to', '2026-11-20 10:30'],
      '2026-11-20 10:30:00 UTC is before the first backup, which is of 2026-11-21 03:00:04 UTC',
    ],
    [['--to', 'ffff'], 'there is no backup "ffff"; there are aaaa1111'],
  ])('refuses %j', async (args, message) => {
    volumeEngine();
    expect(await refused(...args, '--yes')).toContain(message);
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
  });

  test('is listed with all that its stack has backups of', async () => {
    useBackups([RECORD, VOLUME_RECORD]);
    volumeEngine();
    expect(await restore('shop-dev', 'list', '--from', 'local')).toBe(0);
    expect(project.text).toMatch(/^shop-dev\/postgres \(--service postgres-backup\):\nREPOSITORY/m);
    expect(project.text).toMatch(
      /^shop-dev\/uploads \(--service uploads-backup\):\nREPOSITORY.*\nlocal +files +aaaa1111/m,
    );
  });

  test('is asked for by name where there is a database too, and says so in the commands it prints', async () => {
    useBackups([RECORD, VOLUME_RECORD, { ...VOLUME_RECORD, hostname: 'second-backup' }]);
    volumeEngine();
    expect(await refused('--discard', '--yes')).toBe(
      'stack "shop-dev" has backups of postgres, uploads-backup, second-backup; say which with --service',
    );
    expect(await restore('shop-dev', '--service', 'uploads-backup', '--to', 'latest', '--yes')).toBe(0);
    expect(project.text).toContain('npm run restore -- shop-dev --service uploads-backup --use shop-dev-uploads');
  });
});
