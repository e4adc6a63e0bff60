import { Size } from '../../values';
import type { ServerSetting } from '../../config';

/** Settings that backups need, and a limit of the disk space of a client. */
export const DEFAULT_SETTINGS: Readonly<Record<string, ServerSetting>> = {
  wal_level: 'replica',
  max_wal_senders: 10,
  // A receiver of the log that never returns must not fill the disk.
  max_slot_wal_keep_size: Size.gibibytes(4),
  // A query that needs more fails; without the limit a full disk would stop all databases.
  temp_file_limit: Size.gibibytes(10),
};
