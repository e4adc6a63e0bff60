import type { BackupSource } from '../../model/backup-source';
import type { BackupJobProps } from './backup-job-props';

/** As whom backups are taken and proven. */
export interface BackupUser {
  readonly user: string;
  readonly capabilities: readonly string[];
  /** Whose the directories are that it writes to. @default - as the image of backups has it */
  readonly owner?: string;
}

/** `postgres` in the database's image, and who the image of backups makes directories for. */
const OWNER = '999:999';
/** What it takes to read files of anybody, and to make copies that still have their owners and all of their modes. */
const ROOT: BackupUser = { user: '0:0', capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID'] };
const NUMBERS = /^\d+(?::\d+)?$/;
const SUPERUSER = /^0+(?::|$)/;

/** The server's user for a database; for a volume whoever can read it. */
export function backupUser({ kind }: BackupSource, { files, quiesce }: BackupJobProps): BackupUser {
  if (kind === 'postgres') return { user: OWNER, capabilities: [] };
  const user = files?.user ?? writerOf(quiesce);
  if (user === undefined || !NUMBERS.test(user) || SUPERUSER.test(user)) return ROOT;
  return { user, capabilities: [], owner: user.includes(':') ? user : `${user}:0` };
}

/** The user that all who write to it have. */
function writerOf(quiesce: BackupJobProps['quiesce']): string | undefined {
  if (quiesce?.kind === 'command') return quiesce.service.workload.spec.user;
  const [first, ...others] = quiesce?.kind === 'stop' ? quiesce.services.map(({ workload }) => workload.spec.user) : [];
  return others.every((other) => other === first) ? first : undefined;
}
