import { join } from 'node:path';
import type { App } from 'cdktf';
import {
  BackupJob,
  BackupRepository,
  DataVolume,
  Duration,
  EnvironmentStack,
  Image,
  Quiesce,
  WorkerService,
} from '../../../lib';
import type { Environment } from '../../../lib';
import { FULL } from '../support/proof';

/** Between two changes. Only the long form wants them so close that a copy as it is found is torn. */
const PAUSE_SECONDS = FULL ? 0.001 : 0.1;

const COPY = [
  'import sqlite3',
  'database = sqlite3.connect("file:/live/ledger.db?mode=ro", uri=True, timeout=30)',
  'database.execute("vacuum into \'/quiesce/copy/ledger.db\'")',
].join('; ');

/** Two services that write to volumes all the time: one is stopped for a backup, of the other a command writes a copy. */
export function addVolumes(app: App, environment: Environment): void {
  const stack = new EnvironmentStack(app, { system: 'mnemolite', environment });
  const image = Image.build(join(__dirname, 'writer'), { baseImages: { PYTHON_IMAGE: 'python:3.12-slim' } });
  // Words for the image's entry point.
  const command = (directory: string): string[] => [directory, String(PAUSE_SECONDS)];
  const ledger = new DataVolume(stack, 'Ledger');
  const live = new DataVolume(stack, 'Live');
  const writer = new WorkerService(stack, 'Writer', { image, command: command('/data'), user: '10001:10001' });
  ledger.mountInto(writer, '/data');
  const other = new WorkerService(stack, 'Other', { image, command: command('/live') });
  live.mountInto(other, '/live');
  const shared = {
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
    drill: { timeout: Duration.seconds(60), sqlite: ['ledger.db'] },
  };
  new BackupJob(stack, 'LedgerBackup', { ...shared, source: ledger, quiesce: Quiesce.stop(writer) });
  new BackupJob(stack, 'LiveBackup', {
    ...shared,
    source: live,
    quiesce: Quiesce.command(['python3', '-c', COPY], { service: other }),
  });
  new BackupJob(stack, 'AsFound', {
    ...shared,
    source: live,
    drill: {},
    quiesce: Quiesce.none('a test of what is written to'),
  });
}
