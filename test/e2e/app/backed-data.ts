import { BackupJob, BackupRepository, DataVolume, Image, Job, Quiesce, Tier } from '../../../lib';
import type { MnemoLiteStack } from '../../../stacks/mnemolite/mnemolite-stack';

/** Jobs that write a row each time they run, one of them on restored data too. */
export function addLoads(stack: MnemoLiteStack): void {
  const image = Image.of('postgres:18');
  const psql = 'PGPASSWORD="$(cat "$DATABASE_PASSWORD_FILE")" psql --no-psqlrc --quiet --host="$DATABASE_HOST"';
  const insert = (row: string): string[] => [
    '-c',
    `${psql} --username="$DATABASE_USER" --dbname="$DATABASE_NAME" -v ON_ERROR_STOP=1 \
      -c "create table if not exists loads (job text)" -c "insert into loads values ('${row}')"`,
  ];
  const tier = Tier.DATA;
  const load = new Job(stack, 'Load', { image, tier, entrypoint: ['sh'], command: insert('load') });
  const again = new Job(stack, 'Again', {
    image,
    tier,
    entrypoint: ['sh'],
    command: insert('again'),
    afterRestore: 'run',
  });
  load.connectTo(stack.postgres);
  again.connectAs(load.hostname, stack.postgres);
}

/** Nothing is in it yet, as in any volume of a new system. */
export function addEmptyVolume(stack: MnemoLiteStack): void {
  new BackupJob(stack, 'AttachmentsBackup', {
    source: new DataVolume(stack, 'Attachments'),
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
    quiesce: Quiesce.none('nothing writes to it'),
  });
}
