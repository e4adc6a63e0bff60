import { ConfigurationError, port, quote } from '../../values';
import type { Secret } from '../../model/secrets/secret';
import { bandwidthOptions } from './bandwidth';
import type { Bandwidth } from './bandwidth';
import type { BackupRepository, RepositoryName } from './backup-repository';

/** Options of a repository on a machine that is reached by SSH. */
export interface SftpRepositoryOptions extends RepositoryName, Bandwidth {
  /** Host name or address of the machine. */
  readonly host: string;
  /**
   * Port of its SSH server.
   * @default 22
   */
  readonly port?: number;
  /** User that logs in. */
  readonly user: string;
  /** Directory there: from the root with a leading `/`, from the user's home otherwise. It is created if missing. */
  readonly path: string;
  /** Key without a passphrase, as `ssh-keygen` writes it. */
  readonly privateKey: Secret;
  /**
   * Keys of the host, as `ssh-keyscan` prints them. Compare them with the host owner's statement: a host with other
   * keys gets no data.
   */
  readonly knownHosts: string | Secret;
}

/** Options with which ssh never prompts, trusts only the stated keys, and notices a dead peer. */
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
  const args = ['-F', 'none', '-i', '{PRIVATE_KEY}', '-p', `${number}`, ...SSH_OPTIONS.flatMap((one) => ['-o', one])];
  const address = host.includes(':') ? `[${host}]` : host;
  return {
    name: options.name ?? 'sftp',
    url: `sftp://${user}@${address}:${number}/${path}`,
    offHost: true,
    secrets: {},
    files: { PRIVATE_KEY: privateKey, KNOWN_HOSTS: knownHosts },
    options: ['-o', `sftp.command=ssh ${args.join(' ')} ${user}@${host} -s sftp`, ...bandwidthOptions(options)],
  };
}

/** Host names and addresses without characters that are special to ssh, an address or the parser of the command. */
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$/;
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const PATH = /^\/?[A-Za-z0-9_.][A-Za-z0-9_.+-]*(?:\/[A-Za-z0-9_.][A-Za-z0-9_.+-]*)*$/;

function assertMatches(what: string, text: string, pattern: RegExp, example: string): void {
  if (pattern.test(text)) return;
  throw new ConfigurationError(
    undefined,
    `repository ${what} must be plain letters, digits and signs such as ${quote(example)}, got ${quote(text)}`,
  );
}
