import type { BackupPlace, BackupRecord } from '../../model/backup-record';
import type { Manifest } from '../../model/manifest';
import { ConfigurationError, quoted } from '../../values';
import type { ProcessEnvironment } from '../child-environment';
import type { Session } from '../session';
import type { SynthesizedStack } from '../synthesized-stack';
import type { Docker } from './docker';

/** What a restore is about, and what it works with. */
export interface Subject {
  readonly session: Session;
  readonly variables: ProcessEnvironment;
  readonly stack: SynthesizedStack;
  readonly manifest: Manifest;
  readonly record: BackupRecord;
  readonly docker: Docker;
  /** Says that somebody has interrupted the command. */
  readonly signal: AbortSignal;
}

/**
 * The backup that is meant.
 *
 * @param service - host name of what was saved, or of what saves it; may be left out where the stack has one backup
 * @throws ConfigurationError that lists the services when none or several fit
 */
export function recordOf({ stack, backups }: Manifest, service: string | undefined): BackupRecord {
  const names = backups.map(({ server }) => server.hostname).join(', ');
  if (backups.length === 0) {
    throw new ConfigurationError(
      undefined,
      `stack ${quoted(stack)} has no backup to restore from; add a BackupJob to its program`,
    );
  }
  const [found, ...others] = backups.filter(
    ({ hostname, server }) => service === undefined || [server.hostname, hostname].includes(service),
  );
  if (found === undefined) {
    throw new ConfigurationError(
      undefined,
      `stack ${quoted(stack)} has no backup of a service ${quoted(service)}; it has backups of ${names}`,
    );
  }
  if (others.length === 0) return found;
  throw new ConfigurationError(undefined, `stack ${quoted(stack)} has backups of ${names}; say which with --service`);
}

/**
 * The repository that is meant; the first one unless stated.
 *
 * @throws ConfigurationError that lists them when none fits
 */
export function placeOf({ settings }: BackupRecord, name: string | undefined): BackupPlace {
  const { repositories } = settings;
  const found = name === undefined ? repositories[0] : repositories.find((place) => place.name === name);
  if (found !== undefined) return found;
  const names = repositories.map((place) => place.name).join(', ');
  throw new ConfigurationError(undefined, `there is no repository ${quoted(name)}; there are ${names || 'none'}`);
}

/** As people write it: 'shop-prod/postgres'. */
export function titleOf({ manifest, record }: Subject): string {
  return `${manifest.stack}/${record.server.hostname}`;
}
