import type { BackupPlace, BackupRecord, ServerRecord } from '../../model/stack/backup-record';
import type { Manifest } from '../../model/stack/manifest';
import { ConfigurationError, quote } from '../../values';
import type { ProcessEnvironment } from '../terraform/child-environment';
import type { Session } from '../terraform/session';
import type { SynthesizedStack } from '../project/synthesized-stack';
import type { Docker } from './docker/docker';

/** Tools and stack of a restore. */
export interface Scene {
  readonly session: Session;
  readonly variables: ProcessEnvironment;
  readonly stack: SynthesizedStack;
  readonly manifest: Manifest;
  readonly docker: Docker;
  /** Signal that is aborted when the user interrupts the command. */
  readonly signal: AbortSignal;
}

/** Scene with the backup that the restore is about. */
export interface Subject<Saved extends BackupRecord = BackupRecord> extends Scene {
  readonly record: Saved;
}

/** Subject that is a database server. */
export type ServerSubject = Subject<ServerRecord>;

/**
 * Returns the backup that the user means.
 *
 * @param service - name of the saved data, or host name of the backup program; optional if the stack has one backup
 * @throws ConfigurationError that lists them when none or several fit
 */
export function recordOf({ stack, backups }: Manifest, service: string | undefined): BackupRecord {
  const names = namesOf(backups).join(', ');
  if (backups.length === 0) {
    throw new ConfigurationError(
      undefined,
      `stack ${quote(stack)} has no backup to restore from; add a BackupJob to its program`,
    );
  }
  const [found, ...others] = backups.filter(
    ({ hostname, name }) => service === undefined || [name, hostname].includes(service),
  );
  if (found === undefined) {
    throw new ConfigurationError(
      undefined,
      `stack ${quote(stack)} has no backup of ${quote(service)}; it has backups of ${names}`,
    );
  }
  if (others.length === 0) return found;
  throw new ConfigurationError(undefined, `stack ${quote(stack)} has backups of ${names}; say which with --service`);
}

/** Returns names that distinguish backups: two of them may be of the same volume. */
function namesOf(backups: readonly BackupRecord[]): readonly string[] {
  const isTold = (name: string): boolean => backups.filter((other) => other.name === name).length === 1;
  return backups.map(({ hostname, name }) => (isTold(name) ? name : hostname));
}

/**
 * Returns the server that an option is about.
 *
 * @throws ConfigurationError when it is not a server
 */
export function serverOf(subject: Subject, option: string): ServerSubject {
  const { record } = subject;
  if (record.kind === 'postgres') return { ...subject, record };
  throw new ConfigurationError(
    undefined,
    `${option} is for databases, and ${quote(record.name)} is a volume; leave it out, or name a database with --service`,
  );
}

/**
 * Returns the repository that the user means; the first one unless stated.
 *
 * @throws ConfigurationError that lists them when none fits
 */
export function placeOf({ settings }: BackupRecord, name: string | undefined): BackupPlace {
  const { repositories } = settings;
  const found = name === undefined ? repositories[0] : repositories.find((place) => place.name === name);
  if (found !== undefined) return found;
  const names = repositories.map((place) => place.name).join(', ');
  throw new ConfigurationError(undefined, `there is no repository ${quote(name)}; there are ${names || 'none'}`);
}

/** Returns a key that distinguishes what is made for this subject: a database and a volume may have one name. */
export function keyOf({ manifest, record }: Subject): string {
  return `${manifest.stack}/${record.hostname}`;
}

/** Returns the title for users: 'shop-prod/postgres'. */
export function titleOf({ manifest, record }: Subject): string {
  return `${manifest.stack}/${record.name}`;
}
