import * as fs from 'node:fs';
import * as path from 'node:path';
import { RECORD } from '../support/backup-record';
import type { DockerAnswer } from '../support/fake-docker';
import {
  closeProject,
  docker,
  engine,
  index,
  openProject,
  project,
  refused,
  restore,
  useBackups,
} from '../support/restores';

beforeEach(openProject);
afterEach(closeProject);

describe('restore', () => {
  test('lists each repository in a container of its own, which is gone afterwards', async () => {
    engine();
    expect(await restore('shop-dev', 'list')).toBe(0);
    expect(project.text.split('\n')).toHaveLength(5);
    const [first = '', second = ''] = docker.saw.filter((line) => line.startsWith('create '));
    for (const option of [
      '--cap-drop=ALL',
      '--security-opt=no-new-privileges',
      '--user=999:999',
      '--memory=2048m',
      '--pids-limit=1300',
      '--network=none',
      '--mount=type=volume,src=shop-dev-backup-local,dst=/repositories/local,readonly',
    ])
      expect(first).toContain(` ${option} `);
    expect(second).toContain(' --network=bridge ');
    expect(second).not.toContain('/repositories');
    expect(docker.saw.filter((line) => line === 'rm --force --volumes tools1')).toHaveLength(2);
  });

  test('hands over secrets in a stream, those of the repository only, and never in words', async () => {
    engine();
    await restore('shop-dev', 'list', '--from', 's3');
    const { copied } = docker;
    for (const name of ['s3-key', 's3-secret']) expect(copied).toContain(`value of ${name}`);
    expect(copied).not.toContain('value of local-key');
    expect(docker.saw.join('\n')).not.toContain('value of');
  });

  test('runs what a dump carries where there is no repository, no secret and no network', async () => {
    for (const args of [['--side-by-side'], ['--database', 'shop']]) {
      docker.forget();
      engine();
      await restore('shop-dev', '--to', 'latest', '--from', 's3', ...args);
      const [fetching = '', loading = ''] = docker.saw.filter((line) => line.startsWith('create '));
      expect(fetching).toMatch(/ --network=bridge --mount=type=volume,dst=\/scratch /);
      expect(fetching).not.toContain('dst=/run/postgresql');
      expect(loading).toMatch(/ --network=none --mount=type=volume,src=fetched1,dst=\/scratch /);
      expect(loading).not.toContain('/repositories');
      // One stream for each of the two containers: the secrets are in the first one alone.
      const [, second = ''] = docker.copied.split('etc/docker-constructs/backup.json').slice(1);
      expect(docker.copied.match(/value of/g)).toHaveLength(2);
      expect(second).not.toContain('value of');
      expect(second).toContain('"repositories":[]');
      expect(index(/^rm --force --volumes loader1$/)).toBeGreaterThan(index(/^exec loader1 /));
    }
  });

  test('goes on with the others where one repository cannot be read', async () => {
    engine({ to: 'volume inspect .*backup-local', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', 'list')).toBe(1);
    expect(project.warnings).toContain(
      'repository local: repository "local" is the volume "shop-dev-backup-local", which is not on this engine; name ' +
        'another one with --from',
    );
    expect(project.printed[0]).toContain('aabb2222');
  });

  test('lets Terraform bring the image where the engine has it not, and nothing else', async () => {
    engine({ to: 'image inspect', status: 1, errors: 'Error: No such image: x' });
    expect(await restore('shop-dev', 'list', '--from', 'local')).toBe(0);
    expect(project.terraformSaw).toContain(
      'apply -input=false -no-color -auto-approve -target=docker_image.image-backup',
    );
    expect(project.printed[0]).toBe('Bringing image shop-dev/backup:1 to the engine …');
  });

  describe('of another major version', () => {
    const label = (major: string): DockerAnswer => ({ to: 'postgres-major', output: `${major}\n` });
    const networks = { to: 'NetworkSettings', output: '{"shop-dev-data":{},"shop-dev-access":{}}' };

    test('describes the stack in spite of the guard, cuts the server off, and dumps before it stops it', async () => {
      engine(label('17'), networks);
      // The fake has the same dumps before and after, so the last one counts as not taken.
      expect(await refused('--upgrade', '--yes')).toBe(
        'the last dump is not in repository "local"; name another with --from',
      );
      expect(project.read<Record<string, string>>('app-saw.json').DOCKER_CONSTRUCTS_UPGRADE).toBe('shop-dev');
      const order = [
        /network disconnect shop-dev-data server1/,
        /network disconnect shop-dev-access/,
        /pg_terminate_backend/,
      ];
      const back = [/backup run dump/, /network connect --alias=postgres shop-dev-data server1/, /volume rm/];
      const places = [...order, ...back].map(index);
      expect(places).not.toContain(-1);
      expect([...places].sort((one, other) => one - other)).toEqual(places);
      expect(index(/^stop/)).toBe(-1);
      expect(project.warnings).toBe('postgres is in its networks again, on the data of before.');
    });

    test.each<[string, readonly DockerAnswer[], string]>([
      [
        'an older version',
        [label('19')],
        '"postgres" runs PostgreSQL 19 and the program states 18; state a newer one first',
      ],
      ['the same version', [label('18')], '"postgres" runs PostgreSQL 18 and the program states 18'],
      ['no server', [{ to: 'workload=shop-dev/postgres$' }], '"postgres" does not run; the old version has to'],
      ['no backups', [{ to: 'workload=shop-dev/postgres-backup$' }], '"postgres-backup" does not run; the old version'],
    ])('refuses %s', async (_what, answers, message) => {
      engine(...answers);
      expect(await refused('--upgrade', '--yes')).toContain(message);
      expect(index(/^volume create|disconnect/)).toBe(-1);
    });
  });

  test('puts a server beside into another volume even there', async () => {
    engine({ to: 'volume inspect', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', '--to', 'latest', '--side-by-side', '--from', 's3')).toBe(0);
    expect(docker.saw).toContainEqual(expect.stringMatching(/^volume create .* shop-dev-postgres-data-\d{14}$/));
    expect(docker.saw).toContainEqual(
      expect.stringMatching(/^run .* --read-only --cap-drop=ALL .* --pids-limit=1300 .* shop-dev\/db:1 postgres /),
    );
  });

  test('goes back to a volume that a stopped server of the stack still has, and to none of others', async () => {
    const own = 'shop-dev-postgres-1 shop-dev/postgres\n';
    engine({ to: 'volume=old --format', output: `${own}other \n` });
    expect(await refused('--use', 'old', '--yes')).toBe(
      'volume "old" is in use by other; name another one, or remove what has it',
    );
    engine({ to: 'volume=old --format', output: own });
    expect(await restore('shop-dev', '--use', 'old', '--yes')).toBe(0);
    expect(project.read('volumes.json')).toEqual({ 'shop-dev-postgres-data': 'old' });
  });

  test('goes to no volume without data of its server, which would begin an empty database', async () => {
    const look =
      '^run --rm .* --pids-limit=1024 .*src=old,.*volume-nocopy .* -f /var/lib/postgresql/18/docker/PG_VERSION$';
    engine({ to: look, status: 1 });
    expect(await refused('--use', 'old', '--yes')).toBe(
      'volume "old" has no data of PostgreSQL 18 in 18/docker; name the one of before, or one that a restore made: docker volume ls',
    );
    engine({ to: look, status: 125, errors: 'no engine' });
    expect(await refused('--use', 'old', '--yes')).toBe('docker run: no engine');
    expect(index(/^stop/)).toBe(-1);
  });

  test('discards only what is not the stack\u2019s', async () => {
    const mounts = (name: string) => JSON.stringify([{ Destination: '/var/lib/postgresql', Name: name }]);
    const beside = { to: 'label=docker-constructs.restored', output: 'shop-dev-postgres-restored\n' };
    engine(beside, { to: '^inspect ', output: mounts('shop-dev-postgres-data') });
    expect(await refused('--discard')).toContain('belongs to the stack; remove only the container');
    engine(
      beside,
      { to: '^inspect ', output: mounts('other') },
      { to: 'volume=other', output: 'shop-dev-postgres-restored\nx\n' },
    );
    expect(await refused('--discard')).toContain('belongs to the stack, and x has it');
    project.write('volumes.json', '{"shop-dev-postgres-data":"noted"}');
    engine(beside, { to: '^inspect ', output: mounts('noted') });
    expect(await refused('--discard')).toContain('belongs to the stack');
    expect(index(/^(?:volume )?rm/)).toBe(-1);
    engine(beside, { to: '^inspect ', output: mounts('other') });
    expect(await refused('--discard')).toBe(
      'Remove shop-dev-postgres-restored and its volume other? There is no terminal to ask in; add --yes',
    );
    expect(index(/^(?:volume )?rm/)).toBe(-1);
    expect(await restore('shop-dev', '--discard', '--yes')).toBe(0);
    expect(docker.saw.slice(-2)).toEqual(['rm --force shop-dev-postgres-restored', 'volume rm other']);
  });

  test.each<[readonly string[], string]>([
    [[], 'say what to come back to with --to, such as --to latest; the word list shows what there is'],
    [['all'], 'the word after the stack is list or none, got "all"'],
    [['--to', 'latest', '--into', 'x'], '--table and --into go with --database; add it'],
    [['--to', 'latest', '--database', 'a', '--volume', 'x'], '--volume does not go with --database; leave one out'],
    [['--to', 'latest', '--from', 'nfs'], 'there is no repository "nfs"; there are local, s3'],
    [['--to', 'latest', '--service', 'mysql'], 'stack "shop-dev" has no backup of "mysql"; it has backups of postgres'],
    [['--to', 'latest', '--volume', 'A b'], '--volume must be lower-case letters'],
    [['--use', 'shop-dev-postgres-data', '--yes'], 'the stack is on volume "shop-dev-postgres-data" already'],
  ])('refuses %j', async (args, message) => {
    engine();
    expect(await refused(...args)).toContain(message);
    expect(index(/^stop|^volume create/)).toBe(-1);
  });

  test('refuses a stack without a backup, and asks which where there are several', async () => {
    useBackups([]);
    expect(await refused('list')).toBe(
      'stack "shop-dev" has no backup to restore from; add a BackupJob to its program',
    );
    useBackups([RECORD, { ...RECORD, name: 'other' }]);
    expect(await refused('--discard')).toBe(
      'stack "shop-dev" has backups of postgres, other; say which with --service',
    );
    await expect(restore('shop-prod', 'list')).rejects.toThrow('there is no stack "shop-prod"');
  });

  test('refuses where a key, the docker command or the quiet of another restore is missing', async () => {
    engine({ to: 'label=docker-constructs.restoring', output: 'tools0\n' });
    expect(await refused('--to', 'latest', '--yes')).toBe(
      'shop-dev/postgres is being restored already; wait for it, or if no such restore runs: docker rm --force tools0',
    );
    engine();
    fs.rmSync(path.join(project.directory, '.secrets/shop-dev/s3-key'));
    for (const way of ['--side-by-side', '--yes'])
      expect(await refused('--to', 'latest', way, '--from', 's3')).toBe(
        'repository "s3" does not open without its secret "s3-key", which has no value here; bring it back: npm run ' +
          'secrets -- shop-dev --set s3-key',
      );
    fs.rmSync(path.join(project.directory, 'programs/docker'));
    expect(await refused('--to', 'latest', '--yes')).toMatch(
      /^there is no docker command, which a restore needs; install it/,
    );
  });

  test('explains itself', async () => {
    expect(await restore('--help')).toBe(0);
    for (const word of ['--to <point>', '--side-by-side', '--database <name>', '--use <volume>', '"list" shows'])
      expect(project.text).toContain(word);
    expect(await restore('shop-dev', '--discard', '--side-by-side')).toBe(1);
    expect(project.warnings).toContain("option '--side-by-side' cannot be used with option '--discard'");
  });
});
