import * as fs from 'node:fs';
import * as path from 'node:path';
import { RECORD } from '../support/backup-record';
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

describe('a restore into a new volume', () => {
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
    expect(project.terraformSaw.map((line) => line.split(' ')[0])).toEqual(['init', 'plan', 'apply']);
    expect(project.text).toContain(
      'The volume of before, shop-dev-postgres-data, is kept. Back to it: npm run restore -- shop-dev --use shop-dev-postgres-data',
    );
    expect(index(/volume rm/)).toBe(-1);
  });

  test('names the jobs that run on the restored data before it asks, and what was not run in the end', async () => {
    const list = 'label=docker-constructs.workload=shop-dev/load --filter status=created';
    engine({ to: list, output: 'shop-dev-load-1\n' });
    expect(await refused('--to', 'latest')).toContain('There is no terminal to ask in');
    const told = [
      'Jobs that run on the restored data: api-migration',
      "Jobs that do not run on it: load. With `afterRestore: 'run'` a job runs, and may change what is restored.",
    ];
    expect(project.text).toContain(told.join('\n'));
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    expect(project.text).toContain(
      'Job load was not run on the restored data. To run it: docker start --attach shop-dev-load-1',
    );
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
      /^Put shop-dev\/postgres back to .*\? It is stopped until then\. There is no terminal to ask in; add --yes$/,
    );
    expect(index(/^stop/)).toBe(-1);
    expect(docker.saw.filter((line) => /^volume rm/.test(line))).toHaveLength(2);
  });

  test('takes a volume that Terraform knows out of its state, before the document forgets it', async () => {
    engine();
    useBackups([RECORD], { docker_volume: { 'postgres-data': {} } });
    project.terraform({ state: 'echo docker_volume.postgres-data' });
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    expect(project.terraformSaw.slice(0, 2)).toEqual(['state list', 'state rm docker_volume.postgres-data']);
  });

  test('starts the server again when Terraform cannot forget the volume of before', async () => {
    engine();
    useBackups([RECORD], { docker_volume: { 'postgres-data': {} } });
    const fails = "echo 'Error: no backend'; exit 1";
    project.terraform({ state: fails, init: fails });
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

  test('says how to go on and how to go back when the deploy fails', async () => {
    engine();
    project.terraform({ apply: 'exit 1' });
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

  test('uses the name of the program on a host that has no such volume', async () => {
    engine({ to: 'volume inspect .* shop-dev-postgres-data', status: 1, errors: 'Error: no such volume: x' });
    expect(await restore('shop-dev', '--to', 'latest', '--yes')).toBe(0);
    expect(docker.saw).toContainEqual(expect.stringMatching(/^volume create .* shop-dev-postgres-data$/));
    expect(fs.existsSync(path.join(project.directory, 'volumes.json'))).toBe(false);
    expect(project.text).not.toContain('Back to it');
  });
});
