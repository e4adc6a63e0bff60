import { Size } from '../../values';
import type { ServerSetting } from '../../config';

/** Settings that backups need, and a bound on the disk space of a client. */
export const DEFAULT_SETTINGS: Readonly<Record<string, ServerSetting>> = {
  wal_level: 'replica',
  max_wal_senders: 10,
  // A receiver of the log that does not come back must not fill the disk.
  max_slot_wal_keep_size: Size.gibibytes(4),
  // A query that needs more fails, where all databases would stand still on a full disk.
  temp_file_limit: Size.gibibytes(10),
};
