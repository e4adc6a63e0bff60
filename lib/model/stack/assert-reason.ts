import { ConfigurationError, quoted } from '../../values';
import type { Located } from '../../values';

/** Refuses a risk that is accepted without a reason. */
export function assertReason(where: Located, option: string, reason: string | undefined): void {
  if (reason === undefined || reason.trim() !== '') return;
  throw new ConfigurationError(
    where,
    `\`${option}\` is to hold a reason, got ${quoted(reason)}; state one, or leave it out`,
  );
}
