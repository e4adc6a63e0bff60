import * as fs from 'node:fs';
import * as path from 'node:path';
import { runRestore } from '../../lib/cli/restore/command';
import type { RestorePoint } from '../../lib/cli/restore/restore-point';
import type { BackupRecord } from '../../lib/model/backup-record';
import { IMAGES, RECORD } from '../support/backup-record';
import { CommandProject, DOCUMENT } from '../support/command-project';
import { FakeDocker } from '../support/fake-docker';
import type { DockerAnswer } from '../support/fake-docker';
import { messageOf } from '../support/stacks';

const POINTS: readonly RestorePoint[] = [
  { repository: 'local', kind: 'dump', id: 'aaaa1111', time: '2026-11-20T03:00:04.79Z', bytes: 1_234_567 },
  { repository: 'local', kind: 'dump', id: 'aabb2222', time: '2026-11-21T03:00:04.79Z', bytes: null },
];

let project: CommandProject;
let docker: FakeDocker;

beforeEach(async () => {
  project = new CommandProject();
  project.useShell();
  docker = new FakeDocker(project);
  project.environment = { PATH: docker.install(), DOCKER_HOST: await project.startEngine() };
  useBackups([RECORD]);
  for (const name of ['db-password', 'local-key', 's3-key', 's3-secret']) {
    project.write(`.secrets/shop-dev/${name}`, `value of ${name}`, 0o600);
  }
});
afterEach(() => project.remove());

function useBackups(backups: readonly BackupRecord[], resources: object = {}): void {
  const document = { ...DOCUMENT, resource: { ...DOCUMENT.resource, ...IMAGES, ...resources } };
  project.stacks({ 'shop-dev': { document, manifest: project.manifest('shop-dev', { backups }) } });
}

const restore = (...words: readonly string[]): Promise<number> => runRestore(words, project.session());

async function refused(...words: readonly string[]): Promise<string> {
  try {
    await restore('shop-dev', ...words);
  } catch (error) {
    return messageOf(error);
  }
  return 'nothing was refused';
}

/** An engine with the images, the volumes and two dumps. */
const ANSWERS = {
  create: { to: '^create ', output: 'tools1\n' },
  list: { to: '^exec tools1 .* list$', output: JSON.stringify(POINTS) },
  check: { to: '--check$', output: '{}' },
  restore: { to: '^exec tools1 .* restore ', output: '{"databases":["app"],"tables":2,"rows":3}' },
  server: { to: 'ps --quiet --filter label=docker-constructs.workload=shop-dev/postgres$', output: 'server1\n' },
  backup: { to: 'ps --quiet --filter label=docker-constructs.workload=shop-dev/postgres-backup$', output: 'backup1\n' },
  noNewVolume: { to: 'volume inspect .* shop-dev-postgres-data-', status: 1, errors: 'Error: no such volume: x' },
};
const engine = (...first: readonly DockerAnswer[]): void => docker.says(...first, ...Object.values(ANSWERS));

const index = (pattern: RegExp): number => docker.saw.findIndex((line) => pattern.test(line));

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

  test('goes on with the others where one repository cannot be read', async () => {
    engine({ to: 'volume inspect .*backup-local', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', 'list')).toBe(1);
    expect(project.warnings).toContain(
      'repository local: repository "local" is the volume "shop-dev-backup-local", which is not on this engine; name ' +
        'another one with --from',
    );
    expect(project.printed[0]).toContain('aabb2222');
  });

  test('stops the server, loads, switches over and backs up, in this order', async () => {
    engine();
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    const order = [
      /volume create/,
      /^start tools1/,
      /--check$/,
      /^stop server1/,
      /-- -c work_mem=8MB$/,
      /^rm /,
      /backup1/,
    ];
    const places = order.map(index);
    expect(places).not.toContain(-1);
    expect([...places].sort((one, other) => one - other)).toEqual(places);
    const names = project.read<Record<string, string>>('volumes.json');
    expect(names['shop-dev-postgres-data']).toMatch(/^shop-dev-postgres-data-\d{14}$/);
    expect(project.read<{ arguments: string[] }>('cdktf-saw.json').arguments.slice(0, 2)).toEqual([
      'deploy',
      'shop-dev',
    ]);
    expect(project.text).toContain(
      'The volume of before, shop-dev-postgres-data, is kept. Back to it: npm run restore -- shop-dev --use shop-dev-postgres-data',
    );
    expect(index(/volume rm/)).toBe(-1);
  });

  test('takes back all it did when loading fails, and says why', async () => {
    engine({ to: 'restore .* -- ', status: 1, errors: 'fetching dump\nbackup: no room\n' });
    expect(await refused('--to', 'latest', '--yes')).toBe('no room');
    expect(project.text).toContain('  fetching dump');
    expect(project.warnings).toBe('postgres was started again, on the data of before.');
    expect(index(/^stop server1/)).toBeLessThan(index(/^start server1/));
    expect(index(/^volume rm shop-dev-postgres-data-\d{14}$/)).toBeGreaterThan(index(/^rm --force --volumes tools1/));
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
  });

  test.each(['SIGINT', 'SIGHUP'])('takes back all it did when it is interrupted by %s', async (signal) => {
    engine({ to: 'restore .* -- ', seconds: 60 });
    const answer = refused('--to', 'latest', '--yes');
    while (index(/-- -c work_mem=8MB$/) < 0) await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit(signal as NodeJS.Signals);
    expect(await answer).toBe('interrupted');
    expect(docker.saw.slice(-3)).toEqual([
      'start server1',
      'rm --force --volumes tools1',
      expect.stringMatching(/^volume rm shop-dev-postgres-data-\d{14}$/),
    ]);
  });

  test('stops nothing when it could not work, or nobody can be asked', async () => {
    engine({ to: '--check$', status: 1, errors: 'backup: too full\n' });
    expect(await refused('--to', 'latest', '--yes')).toBe('too full');
    engine();
    expect(await refused('--to', 'latest')).toMatch(
      /^Stop shop-dev\/postgres and go .*\? There is no terminal to ask in; add --yes$/,
    );
    expect(index(/^stop/)).toBe(-1);
    expect(docker.saw.filter((line) => /^volume rm/.test(line))).toHaveLength(2);
  });

  test('takes a volume that Terraform knows out of its state, before the document forgets it', async () => {
    engine();
    useBackups([RECORD], { docker_volume: { 'postgres-data': {} } });
    project.program(
      'terraform',
      `echo "$@" >>'${project.directory}/terraform-saw'; echo docker_volume.postgres-data; echo '"terraform_version": "1.9.0"'`,
    );
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    const saw = fs.readFileSync(path.join(project.directory, 'terraform-saw'), 'utf8').split('\n');
    expect(saw.filter((line) => !line.startsWith('version') && line !== '')).toEqual([
      'state list',
      'state rm docker_volume.postgres-data',
    ]);
  });

  test('starts the server again when Terraform cannot forget the volume of before', async () => {
    engine();
    useBackups([RECORD], { docker_volume: { 'postgres-data': {} } });
    project.program(
      'terraform',
      `[ "$1" = version ] && echo '"terraform_version": "1.9.0"' && exit; echo 'Error: no backend'; exit 1`,
    );
    expect(await refused('--to', 'latest', '--yes')).toBe('terraform init: no backend');
    expect(project.warnings).toBe('postgres was started again, on the data of before.');
    expect(index(/^volume rm shop-dev-postgres-data-/)).toBeGreaterThan(0);
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
  });

  test('says so when the server cannot be started again, and still why it failed', async () => {
    engine(
      { to: 'restore .* -- ', status: 1, errors: 'backup: no room' },
      { to: '^start server1', status: 1, errors: 'gone' },
    );
    expect(await refused('--to', 'latest', '--yes')).toBe('no room');
    expect(project.warnings).toBe('postgres could not be started again: gone. See: docker start server1');
  });

  test('lets Terraform bring the image where the engine has it not, and nothing else', async () => {
    engine({ to: 'image inspect', status: 1, errors: 'Error: No such image: x' });
    project.program(
      'terraform',
      `echo "$@" >>'${project.directory}/terraform-saw'; echo '"terraform_version": "1.9.0"'`,
    );
    expect(await restore('shop-dev', 'list', '--from', 'local')).toBe(0);
    expect(fs.readFileSync(path.join(project.directory, 'terraform-saw'), 'utf8')).toContain(
      'apply -input=false -no-color -auto-approve -target=docker_image.image-backup\n',
    );
    expect(project.printed[0]).toBe('Bringing image shop-dev/backup:1 to the engine …');
  });

  test('says how to go on and how to go back when the deploy fails', async () => {
    engine();
    project.cdktf('', 1);
    expect(await refused('--to', 'latest', '--yes')).toMatch(
      /^the restored data is in volume \S+, and the deploy failed\. Once more: npm run deploy -- shop-dev\. Back to the data of before: npm run restore -- shop-dev --use shop-dev-postgres-data$/,
    );
    expect(index(/^volume rm/)).toBe(-1);
  });

  test('waits for no backup that cannot begin, once it is interrupted', async () => {
    engine({ to: 'backup run dump', status: 1, errors: 'another job is running' });
    const answer = restore('shop-dev', '--to', 'latest', '--yes');
    while (index(/backup run dump$/) < 0) await new Promise((resolve) => setTimeout(resolve, 20));
    process.emit('SIGINT');
    expect(await answer).toBe(1);
    expect(project.warnings).toBe(
      'The data is in place, but not all of it was backed up: interrupted before `run dump`',
    );
  });

  test('succeeds, and says so, where only the new backup fails', async () => {
    engine({ to: 'backup run dump', status: 1, errors: 'no room' });
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(1);
    expect(project.warnings).toBe('The data is in place, but not all of it was backed up: no room');
    expect(project.text).toContain('shop-dev/postgres is back at the dump of 2026-11-21 03:00:04 UTC');
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

  test('uses the name of the program on a host that has no such volume', async () => {
    engine({ to: 'volume inspect .* shop-dev-postgres-data', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    expect(docker.saw).toContainEqual(expect.stringMatching(/^volume create .* shop-dev-postgres-data$/));
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
    expect(project.text).not.toContain('Back to it');
  });

  test('puts a server beside into another volume even there', async () => {
    engine({ to: 'volume inspect', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', '--to', 'latest', '--side-by-side', '--from', 's3')).toBe(0);
    expect(docker.saw).toContainEqual(expect.stringMatching(/^volume create .* shop-dev-postgres-data-\d{14}$/));
    expect(docker.saw).toContainEqual(
      expect.stringMatching(/^run .* --read-only --cap-drop=ALL .* shop-dev\/db:1 postgres /),
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
    expect(await restore('shop-dev', '--discard')).toBe(0);
    expect(docker.saw.slice(-2)).toEqual(['rm --force shop-dev-postgres-restored', 'volume rm other']);
  });

  test.each<[readonly string[], string]>([
    [[], 'say what to come back to with --to, such as --to latest; the word list shows what there is'],
    [['all'], 'the word after the stack is list or none, got "all"'],
    [['--to', 'latest', '--into', 'x'], '--table and --into go with --database; add it'],
    [['--to', 'latest', '--database', 'a', '--volume', 'x'], '--volume does not go with --database; leave one out'],
    [['--to', 'latest', '--from', 'nfs'], 'there is no repository "nfs"; there are local, s3'],
    [
      ['--to', 'latest', '--service', 'mysql'],
      'stack "shop-dev" has no backup of "mysql"; it has backups of postgres',
    ],
    [['--to', 'latest', '--volume', 'A b'], '--volume must be lower-case letters'],
    [['--use', 'shop-dev-postgres-data', '--yes'], 'the stack is on volume "shop-dev-postgres-data" already'],
  ])('refuses %j', async (words, message) => {
    engine();
    expect(await refused(...words)).toContain(message);
    expect(index(/^stop|^volume create/)).toBe(-1);
  });

  test('refuses a stack without a backup, and asks which where there are several', async () => {
    useBackups([]);
    expect(await refused('list')).toBe(
      'stack "shop-dev" has no backup to restore from; add a BackupJob to its program',
    );
    useBackups([RECORD, { ...RECORD, name: 'other' }]);
    expect(await refused('list')).toBe('stack "shop-dev" has backups of postgres, other; say which with --service');
    await expect(restore('shop-prod', 'list')).rejects.toThrow('there is no stack "shop-prod"');
  });

  test('refuses where a key, the docker command or the quiet of another restore is missing', async () => {
    engine({ to: 'label=docker-constructs.restoring', output: 'tools0\n' });
    expect(await refused('--to', 'latest', '--yes')).toBe(
      'shop-dev/postgres is being restored already; wait for it, or if nobody does that: docker rm --force tools0',
    );
    engine();
    fs.rmSync(path.join(project.directory, '.secrets/shop-dev/s3-key'));
    expect(await refused('--to', 'latest', '--side-by-side', '--from', 's3')).toBe(
      'repository "s3" does not open without its secret "s3-key", which has no value here; bring it back: npm run ' +
        'secrets -- shop-dev --set s3-key',
    );
    project.environment = { ...project.environment, PATH: path.dirname(process.execPath) };
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
