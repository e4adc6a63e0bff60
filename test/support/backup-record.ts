import type { ServerRecord, VolumeRecord } from '../../lib/model/stack/backup-record';

/** A backup of a database in two repositories, as the manifest of a stack `shop-dev` has it. */
export const RECORD: ServerRecord = {
  kind: 'postgres',
  hostname: 'postgres-backup',
  name: 'postgres',
  volume: { name: 'shop-dev-postgres-data', declared: 'shop-dev-postgres-data' },
  services: ['postgres'],
  jobs: [
    { hostname: 'api-migration', afterRestore: 'run' },
    { hostname: 'load', afterRestore: 'skip' },
  ],
  server: {
    majorVersion: 18,
    superuser: 'postgres',
    user: '999:999',
    command: ['-c', 'work_mem=8MB'],
    network: 'shop-dev-data',
    socket: { volume: 'shop-dev-postgres-socket', path: '/run/postgresql' },
    memoryMebibytes: 2048,
    pidsLimit: 1300,
    sharedMemoryMebibytes: 256,
    mountPath: '/var/lib/postgresql',
    directory: '/var/lib/postgresql/18/docker',
  },
  file: '/etc/docker-constructs/backup.json',
  settings: {
    jobs: { dump: {} },
    repositories: [
      { name: 'local', url: '/repositories/local', password: '/run/secrets/local-key', secrets: {} },
      {
        name: 's3',
        url: 's3:https://s3.example.org/shop',
        password: '/run/secrets/s3-key',
        secrets: { AWS_SECRET_ACCESS_KEY: '/run/secrets/s3-secret' },
      },
    ],
  },
  mounts: [{ repository: 'local', kind: 'volume', source: 'shop-dev-backup-local', path: '/repositories/local' }],
};

/** A backup of a volume in the same stack. */
export const VOLUME_RECORD: VolumeRecord = {
  kind: 'volume',
  hostname: 'uploads-backup',
  name: 'uploads',
  volume: { name: 'shop-dev-uploads', declared: 'shop-dev-uploads' },
  services: ['api', 'uploads-backup'],
  jobs: [],
  file: '/etc/docker-constructs/backup.json',
  settings: {
    jobs: { files: {} },
    repositories: [{ name: 'local', url: '/repositories/local', password: '/run/secrets/local-key', secrets: {} }],
  },
  mounts: [{ repository: 'local', kind: 'volume', source: 'shop-dev-uploads-local', path: '/repositories/local' }],
};

/** What the document of the stack says of its images. */
export const IMAGES = {
  docker_container: {
    postgres: { image: '${docker_image.image-db.image_id}' },
    'postgres-backup': { image: '${docker_image.image-backup.image_id}' },
    'uploads-backup': { image: '${docker_image.image-backup.image_id}' },
  },
  docker_image: { 'image-db': { name: 'shop-dev/db:1' }, 'image-backup': { name: 'shop-dev/backup:1' } },
};
