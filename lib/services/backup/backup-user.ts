import type { BackupSource } from '../../model/backup-source';
import type { BackupJobProps } from './backup-job-props';

/** As whom backups are taken and proven. */
export interface BackupUser {
  readonly user: string;
  readonly capabilities: readonly string[];
  /** Whether fresh volumes belong to somebody else, who has to give them away first. */
  readonly owns: boolean;
}

/** `postgres` in the database's image, and the owner of the directories that the image of backups makes. */
const OWNER = '999:999';
/** What it takes to read files of anybody, and to make copies of them that still belong to whom they belonged to. */
const ROOT: BackupUser = { user: '0:0', capabilities: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER'], owns: false };
const NUMBERS = /^\d+(?::\d+)?$/;
const SUPERUSER = /^0+(?::|$)/;

/** The server's user for a database; for a volume whoever can read it. */
export function backupUser({ kind }: BackupSource, { files, quiesce }: BackupJobProps): BackupUser {
  if (kind === 'postgres') return { user: OWNER, capabilities: [], owns: false };
  const user = files?.user ?? writerOf(quiesce);
  if (user === undefined || !NUMBERS.test(user) || SUPERUSER.test(user)) return ROOT;
  return { user, capabilities: [], owns: user !== OWNER };
}

/** The user that all who write to it have. */
function writerOf(quiesce: BackupJobProps['quiesce']): string | undefined {
  if (quiesce?.kind === 'command') return quiesce.service.workload.spec.user;
  const [first, ...others] = quiesce?.kind === 'stop' ? quiesce.services.map(({ workload }) => workload.spec.user) : [];
  return others.every((other) => other === first) ? first : undefined;
}
