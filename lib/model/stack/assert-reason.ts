import { ConfigurationError, quote } from '../../values';
import type { HasPath } from '../../values';

/** Refuses a risk that is accepted without a reason. */
export function assertReason(where: HasPath, option: string, reason: string | undefined): void {
  if (reason === undefined || reason.trim() !== '') return;
  throw new ConfigurationError(
    where,
    `\`${option}\` is to hold a reason, got ${quote(reason)}; state one, or leave it out`,
  );
}
