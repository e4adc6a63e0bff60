import { ConfigurationError, port, quoted } from '../../values';
import type { Secret } from '../../model/secret';
import { bandwidthOptions } from './bandwidth';
import type { Bandwidth } from './bandwidth';
import type { BackupRepository, RepositoryName } from './backup-repository';

export interface SftpRepositoryOptions extends RepositoryName, Bandwidth {
  readonly host: string;
  /** @default 22 */
  readonly port?: number;
  readonly user: string;
  /** Directory there: from the root with a leading `/`, from the user's home otherwise. It is made where it is missing. */
  readonly path: string;
  /** A key without a passphrase, as `ssh-keygen` writes it. */
  readonly privateKey: Secret;
  /**
   * The host's keys, as `ssh-keyscan` prints them: compare them with what the host's owner says. A host with other keys
   * gets nothing.
   */
  readonly knownHosts: string | Secret;
}

/** Waits for nobody, trusts nothing but what is stated, and notices when the other side is gone. */
const SSH_OPTIONS = [
  'BatchMode=yes',
  'ConnectTimeout=30',
  'GlobalKnownHostsFile=none',
  'IdentitiesOnly=yes',
  'IdentityAgent=none',
  'ServerAliveCountMax=4',
  'ServerAliveInterval=30',
  'StrictHostKeyChecking=yes',
  'UpdateHostKeys=no',
  'UserKnownHostsFile={KNOWN_HOSTS}',
];

export function sftpRepository(options: SftpRepositoryOptions): BackupRepository {
  const { host, user, path, privateKey, knownHosts } = options;
  assertMatches('host', host, HOST, 'backup.example.org');
  assertMatches('user', user, USER, 'backup');
  assertMatches('path', path, PATH, '/srv/backups/shop');
  const number = port(options.port ?? 22);
  const words = ['-F', 'none', '-i', '{PRIVATE_KEY}', '-p', `${number}`, ...SSH_OPTIONS.flatMap((one) => ['-o', one])];
  const address = host.includes(':') ? `[${host}]` : host;
  return {
    name: options.name ?? 'sftp',
    url: `sftp://${user}@${address}:${number}/${path}`,
    offHost: true,
    secrets: {},
    files: { PRIVATE_KEY: privateKey, KNOWN_HOSTS: knownHosts },
    options: ['-o', `sftp.command=ssh ${words.join(' ')} ${user}@${host} -s sftp`, ...bandwidthOptions(options)],
  };
}

/** Nothing of these has a meaning for ssh, for an address or for what splits the command into words. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const PATH = /^\/?[A-Za-z0-9_.][A-Za-z0-9_.+-]*(?:\/[A-Za-z0-9_.][A-Za-z0-9_.+-]*)*$/;

function assertMatches(what: string, text: string, pattern: RegExp, example: string): void {
  if (pattern.test(text)) return;
  throw new ConfigurationError(
    undefined,
    `repository ${what} must be plain letters, digits and signs such as ${quoted(example)}, got ${quoted(text)}`,
  );
}
