import { stackContext } from '../../model/stack/stack-context';
import type { PostgresService, PostgresServiceProps } from './postgres-service';

/**
 * Returns a finding for kept data without a backup. It runs when the stack is complete, because the backup is made
 * after the server.
 */
export function missingBackupFindings(
  server: PostgresService,
  { acceptNoBackup }: Pick<PostgresServiceProps, 'acceptNoBackup'>,
): string[] {
  const { environment, backedUpVolumes } = stackContext(server);
  if (environment.keepData !== true || acceptNoBackup !== undefined || backedUpVolumes.includes(server.data)) return [];
  return [
    'has no backup in an environment that keeps its data; add a `BackupJob` of it, or state in `acceptNoBackup` why its ' +
      'data may be lost',
  ];
}
