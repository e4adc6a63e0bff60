import type { BackupSource } from '../../model/capabilities/backup-source';
import type { BackupJobProps } from './backup-job-props';

/** The user that takes and verifies backups. */
export interface BackupUser {
  readonly user: string;
  readonly capabilities: readonly string[];
  /** Owner (`uid:gid`) of the directories it writes to. @default - as the image of backups has it */
  readonly owner?: string;
}

/** Ids of `postgres` in the database's image, and owner of the directories of the backup image. */
const OWNER = '999:999';
/** User that can read the files of all users, and make copies that keep their owners and modes. */
const ROOT: BackupUser = { user: '0:0', capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'] };
const NUMBERS = /^\d+(?::\d+)?$/;
const SUPERUSER = /^0+(?::|$)/;

/** Returns the server's user for a database, and for a volume a user that can read it. */
export function backupUser({ kind }: BackupSource, { files, quiesce }: BackupJobProps): BackupUser {
  if (kind === 'postgres') return { user: OWNER, capabilities: [] };
  const user = files?.user ?? writerOf(quiesce);
  if (user === undefined || !NUMBERS.test(user) || SUPERUSER.test(user)) return ROOT;
  return { user, capabilities: [], owner: user.includes(':') ? user : `${user}:0` };
}

/** Returns the user of the services that write to a volume, if all have the same. */
function writerOf(quiesce: BackupJobProps['quiesce']): string | undefined {
  if (quiesce?.kind === 'command') return quiesce.service.workload.spec.user;
  const [first, ...others] = quiesce?.kind === 'stop' ? quiesce.services.map(({ workload }) => workload.spec.user) : [];
  return others.every((other) => other === first) ? first : undefined;
}
