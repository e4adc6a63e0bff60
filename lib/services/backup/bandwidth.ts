import { ConfigurationError, quote } from '../../values';
import type { Size } from '../../values';

/** Limits of the network traffic of backups, in whole KiB per second. */
export interface Bandwidth {
  /**
   * Limit of uploads.
   * @default - no limit
   */
  readonly uploadPerSecond?: Size;
  /**
   * Limit of downloads: for drills, checks and restores.
   * @default - no limit
   */
  readonly downloadPerSecond?: Size;
}

export function bandwidthOptions({ uploadPerSecond, downloadPerSecond }: Bandwidth): readonly string[] {
  return [
    ...limit('--limit-upload', 'uploadPerSecond', uploadPerSecond),
    ...limit('--limit-download', 'downloadPerSecond', downloadPerSecond),
  ];
}

function limit(option: string, name: string, size: Size | undefined): readonly string[] {
  if (size === undefined) return [];
  const kibibytes = size.toBytes() / 1024;
  // restic reads 0 as no limit.
  if (Number.isInteger(kibibytes) && kibibytes >= 1) return [`${option}=${kibibytes}`];
  throw new ConfigurationError(
    undefined,
    `\`${name}\` must be a whole number of KiB from 1, got ${quote(String(size))}; write for example Size.mebibytes(2)`,
  );
}
