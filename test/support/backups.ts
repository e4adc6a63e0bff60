import { BackupJob, BackupRepository, Image, PostgresService, Secret } from '../../lib';
import type { BackupJobProps, EnvironmentStack } from '../../lib';
import { worker } from './services';
import { container, testStack } from './stacks';
import type { Document } from './stacks';

export type Wanted = Partial<Omit<BackupJobProps, 'of'>>;

export function withBackup(props: (stack: EnvironmentStack) => Wanted = () => ({}), image?: Image): EnvironmentStack {
  const stack = testStack();
  const postgres = new PostgresService(stack, 'Postgres', image === undefined ? {} : { image, majorVersion: 18 });
  worker(stack).connectTo(postgres);
  new BackupJob(stack, 'Backup', {
    source: postgres,
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
    ...props(stack),
  });
  return stack;
}

export function s3(stack: EnvironmentStack): BackupRepository {
  const secret = (id: string): Secret => new Secret(stack, id, { origin: 'supplied' });
  return BackupRepository.s3({
    endpoint: 'https://s3.example.org/',
    bucket: 'shop',
    prefix: 'prod',
    region: 'eu-central-1',
    accessKeyId: secret('AccessKeyId'),
    secretAccessKey: secret('SecretAccessKey'),
  });
}

export function settings(document: Document): Record<string, unknown> {
  const uploads = container(document, 'postgres-backup-files').upload as readonly { file: string; content?: string }[];
  const file = uploads.find((upload) => upload.file === '/etc/docker-constructs/backup.json');
  return JSON.parse(file?.content ?? '{}') as Record<string, unknown>;
}

export const mounts = (document: Document, id: string): readonly string[] =>
  (container(document, id).volumes as readonly { container_path: string }[])
    .map((mount) => mount.container_path)
    .sort();
