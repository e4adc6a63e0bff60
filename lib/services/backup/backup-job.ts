import { Construct } from 'constructs';
import { ConfigurationError, describeImage, Duration, physicalName, quoted, Schedule } from '../../values';
import { renderBackupSettings, retentionWords } from '../../config';
import type { BackupSettings, JobSettings, RepositorySettings } from '../../config';
import type { BackupSource } from '../../model/backup-source';
import { located } from '../../model/located';
import type { IScrapable, ScrapeTarget } from '../../model/scrapable';
import { Secret, secretPath } from '../../model/secret';
import { stackContext } from '../../model/stack-context';
import { SOCKET_DIRECTORY, SUPERUSER } from '../postgres/postgres-layout';
import { backupImage } from './backup-image';
import type { BackupJobProps } from './backup-job-props';
import type { BackupRepository } from './backup-repository';
import { BackupProgram } from './backup-program';
import { DrillProgram } from './drill-program';
import { restoreRecord } from './restore-record';

const METRICS_PORT = 9746;
const SETTINGS_FILE = '/etc/docker-constructs/backup.json';
const DEFAULT_RETENTION = { last: 3, daily: 7, weekly: 4, monthly: 6 };

/**
 * Backups of a database that prove themselves: dumps on a schedule, published only when every byte can be read again,
 * encrypted, to one or more repositories, with a retention; and a drill that restores the newest one of each repository
 * into a server that nothing else can reach. What fails, or could not run, says so in the log, in metrics and at a webhook.
 */
export class BackupJob extends Construct implements IScrapable {
  /** Takes backups. */
  public readonly program: BackupProgram;
  /** Restores them. */
  public readonly drill: DrillProgram;
  /** The keys of the repositories by name; without them nothing in there can be read, by anybody. */
  public readonly keys: ReadonlyMap<string, Secret>;

  public constructor(scope: Construct, id: string, props: BackupJobProps) {
    super(scope, id);
    const source = props.of.toBackupSource();
    const hostname = props.hostname ?? physicalName([source.name, id]);
    this.assertSource(source);
    this.assertRepositories(props);
    const keys = new Map(props.to.map((repository) => [repository, this.addKey(hostname, repository.name)]));
    this.keys = new Map([...keys].map(([{ name }, key]) => [name, key]));
    const parts = { hostname, source, image: backupImage(source), repositories: props.to };
    this.program = new BackupProgram(this, 'Program', parts);
    this.drill = new DrillProgram(this, 'Drill', parts);
    this.drill.shareWith(this.program);
    const { workload } = this.program;
    for (const secret of this.secretsOf(props)) workload.addSecret(secret);
    const content = located(this, () => renderBackupSettings(this.settings(props, source, keys)));
    workload.addFile({ path: SETTINGS_FILE, content });
    const { mounts } = this.program;
    const records = restoreRecord({ hostname, source, mounts, file: SETTINGS_FILE, content });
    for (const record of records) stackContext(this).addBackup(record);
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    const { hostname, network } = this.program;
    return [{ job: hostname, host: hostname, port: METRICS_PORT, path: '/metrics', network }];
  }

  private settings(
    props: BackupJobProps,
    source: BackupSource,
    keys: ReadonlyMap<BackupRepository, Secret>,
  ): BackupSettings {
    const { dump, drill = {}, check, webhook } = props;
    return {
      host: `${stackContext(this).stackName}/${source.name}`,
      jobs: {
        dump: jobSettings(dump, Schedule.daily({ at: '03:00' }), Duration.hours(2)),
        drill: jobSettings(drill, Schedule.daily({ at: '05:00' }), Duration.hours(4)),
        check: jobSettings(check, Schedule.weekly({ on: 'sun', at: '06:00' }), Duration.hours(4)),
      },
      postgres: { socket: SOCKET_DIRECTORY, user: SUPERUSER, databases: dump?.databases },
      repositories: [...keys].map(([repository, key]) => repositorySettings(repository, key)),
      retention: retentionWords(props.retention ?? DEFAULT_RETENTION),
      drill: { leastTables: drill.leastTables ?? 1, assertions: drill.assertions ?? [] },
      webhook: webhook === undefined ? undefined : secretPath(webhook),
    };
  }

  private addKey(hostname: string, repository: string): Secret {
    return new Secret(this, `Key-${repository}`, {
      name: `${hostname}-${repository}-key`,
      description: `key of the backups in repository ${repository}: keep a copy elsewhere, without it they are lost`,
    });
  }

  private secretsOf({ to, webhook }: BackupJobProps): readonly Secret[] {
    const ofRepositories = to.flatMap(({ secrets }) => Object.values(secrets));
    return [...this.keys.values(), ...ofRepositories, ...(webhook === undefined ? [] : [webhook])];
  }

  private assertSource({ kind, name, workload }: BackupSource): void {
    if (kind !== 'postgres') {
      throw new ConfigurationError(this, `cannot save ${quoted(name)}, which is a ${kind}: only PostgreSQL so far`);
    }
    const { image } = workload.spec;
    if (image.kind === 'built' || !(image.reference.tag ?? '').includes('alpine')) return;
    throw new ConfigurationError(
      this,
      `the image of ${quoted(name)} is ${quoted(describeImage(image))}, and what takes backups is installed with apt; ` +
        'use an image based on Debian',
    );
  }

  private assertRepositories({ to, acceptSameHost }: BackupJobProps): void {
    if (to.length === 0) {
      throw new ConfigurationError(this, 'has no repository; state at least one in `to`');
    }
    const names = to.map(({ name }) => name);
    const twin = names.find((name, index) => names.indexOf(name) !== index);
    if (twin !== undefined) {
      throw new ConfigurationError(
        this,
        `two repositories are called ${quoted(twin)}; state a \`name\` for one of them`,
      );
    }
    if (to.some(({ offHost }) => offHost) || (acceptSameHost ?? '').trim() !== '') return;
    throw new ConfigurationError(
      this,
      `all repositories (${names.join(', ')}) are on the host whose data they save, and go with it; add one elsewhere ` +
        '(`BackupRepository.s3`, `.rest`, or `.directory` with `offHost`), or state in `acceptSameHost` why this is enough',
    );
  }
}

function jobSettings(options: Partial<JobSettings> = {}, schedule: Schedule, timeLimit: Duration): JobSettings {
  return { schedule: options.schedule ?? schedule, timeLimit: options.timeLimit ?? timeLimit };
}

function repositorySettings({ name, url, secrets, options }: BackupRepository, key: Secret): RepositorySettings {
  const files = Object.entries(secrets).map(([variable, secret]) => [variable, secretPath(secret)]);
  return { name, url, password: secretPath(key), secrets: Object.fromEntries(files), options };
}
