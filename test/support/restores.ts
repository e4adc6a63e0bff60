import { runRestore } from '../../lib/cli/restore/command';
import type { RestorePoint } from '../../lib/cli/restore/points/restore-point';
import type { BackupRecord } from '../../lib/model/stack/backup-record';
import { IMAGES, RECORD } from './backup-record';
import { CommandProject, DOCUMENT } from './command-project';
import { FakeDocker } from './fake-docker';
import type { DockerAnswer } from './fake-docker';
import { messageOf } from './stacks';

/** A project whose database has backups, and the docker command that it is restored by; `openProject` makes new ones. */
export let project: CommandProject;
export let docker: FakeDocker;

export async function openProject(): Promise<void> {
  project = new CommandProject();
  project.useShell();
  docker = new FakeDocker(project);
  project.environment = {
    PATH: docker.install(),
    DOCKER_HOST: await project.startEngine(),
    TF_PLUGIN_CACHE_DIR: project.directory,
  };
  useBackups([RECORD]);
  for (const name of ['db-password', 'local-key', 's3-key', 's3-secret']) {
    project.write(`.secrets/shop-dev/${name}`, `value of ${name}`, 0o600);
  }
}

export const closeProject = (): void => project.remove();

export function useBackups(backups: readonly BackupRecord[], resources: object = {}): void {
  const document = { ...DOCUMENT, resource: { ...DOCUMENT.resource, ...IMAGES, ...resources } };
  project.stacks({ 'shop-dev': { document, manifest: project.manifest('shop-dev', { backups }) } });
}

export const restore = (...args: readonly string[]): Promise<number> => runRestore(args, project.session());

export async function refused(...args: readonly string[]): Promise<string> {
  try {
    await restore('shop-dev', ...args);
  } catch (error) {
    return messageOf(error);
  }
  return 'nothing was refused';
}

const POINTS: readonly RestorePoint[] = [
  { repository: 'local', kind: 'dump', id: 'aaaa1111', time: '2026-11-20T03:00:04.79Z', bytes: 1_234_567 },
  { repository: 'local', kind: 'dump', id: 'aabb2222', time: '2026-11-21T03:00:04.79Z', bytes: null },
];

/** An engine with the images, the volumes and two dumps. */
const ANSWERS = {
  createLoader: { to: '^create .*src=fetched1,dst=/scratch', output: 'loader1\n' },
  create: { to: '^create ', output: 'tools1\n' },
  scratch: { to: '^inspect --format .*/scratch.* tools1$', output: 'fetched1\n' },
  fetch: { to: '^exec tools1 .* fetch --kind=', output: '{}' },
  list: { to: '^exec tools1 .* list$', output: JSON.stringify(POINTS) },
  check: { to: '--check$', output: '{}' },
  restore: { to: '^exec loader1 .* (restore|load) ', output: '{"databases":["app"],"tables":2,"rows":3}' },
  server: { to: 'ps --quiet --filter label=docker-constructs.workload=shop-dev/postgres$', output: 'server1\n' },
  backup: { to: 'ps --quiet --filter label=docker-constructs.workload=shop-dev/postgres-backup$', output: 'backup1\n' },
  noNewVolume: { to: 'volume inspect .* shop-dev-postgres-data-', status: 1, errors: 'Error: no such volume: x' },
};
export const engine = (...first: readonly DockerAnswer[]): void => docker.says(...first, ...Object.values(ANSWERS));

/** Place of the first command that fits in what docker saw; -1 for none. */
export const index = (pattern: RegExp): number => docker.saw.findIndex((line) => pattern.test(line));
