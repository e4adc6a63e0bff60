import { Construct } from 'constructs';
import { assertOptions, ConfigurationError, Duration, physicalName, quote, Schedule } from '../../values';
import type { AlertRule, DashboardSubject } from '../../values';
import { backupAlerts, backupCharts, renderBackupSettings, retentionWords } from '../../config';
import type { BackupSettings, OwnFile, RepositorySettings } from '../../config';
import type { IAlertSource } from '../../model/capabilities/alert-source';
import type { IDashboardSource } from '../../model/capabilities/dashboard-source';
import type { BackupSource } from '../../model/capabilities/backup-source';
import { assertCapable } from '../../model/capabilities/capability-check';
import { withConstruct } from '../../model/stack/with-construct';
import { scrapeTargetOf } from '../../model/capabilities/scrapable';
import type { IScrapable, ScrapeTarget } from '../../model/capabilities/scrapable';
import { Secret, secretPath } from '../../model/secrets/secret';
import { stackContext } from '../../model/stack/stack-context';
import { assertReason } from '../../model/stack/assert-reason';
import { SOCKET_DIRECTORY, SUPERUSER } from '../postgres/postgres-layout';
import { backupImage } from './backup-image';
import type { BackupJobProps } from './backup-job-props';
import type { BackupRepository } from './backup-repository';
import { BackupProgram } from './backup-program';
import type { BackupParts } from './backup-program';
import { backupUser } from './backup-user';
import { DrillProgram } from './drill-program';
import { emailSettings } from '../shared/email-options';
import { drillSettings, jobSettings } from './job-settings';
import { addReceiver, pitrJobs, pitrSlot } from './pitr';
import { restoreRecord } from './restore-record';
import { BACKUP_OPTIONS } from '../shared/option-shapes';
import { assertApplicable, connectVolume, volumeDrill, volumeSettings } from './volume-backup';
import type { WalReceiver } from './wal-receiver';
import { constructId } from '../../model/stack/construct-id';

const METRICS_PORT = 9746;
const SETTINGS_FILE = '/etc/docker-constructs/backup.json';
const DEFAULT_RETENTION = { last: 3, daily: 7, weekly: 4, monthly: 6 };

/**
 * Verified backups of a database or a volume: on a schedule, encrypted, to one or more repositories, with a retention.
 * A backup is published only when it is complete. A drill restores the newest one of each repository in a container
 * without a network. A job that fails, or could not run, reports it in the log, in metrics and at a webhook.
 */
export class BackupJob extends Construct implements IScrapable, IAlertSource, IDashboardSource {
  /** Container that takes backups. */
  public readonly program: BackupProgram;
  /** Container that restores them; undefined with `acceptNoDrill`. */
  public readonly drill: DrillProgram | undefined;
  /** Container that receives the write-ahead log; undefined without `pitr`. */
  public readonly receiver: WalReceiver | undefined;
  /**
   * Encryption keys of the repositories by name. A repository cannot be read without its key, by any person or program.
   */
  public readonly keys: ReadonlyMap<string, Secret>;
  private readonly jobs: BackupSettings['jobs'];
  private readonly source: string;

  public constructor(scope: Construct, id: string, props: BackupJobProps) {
    super(scope, constructId(scope, id));
    assertOptions(this, props, BACKUP_OPTIONS);
    assertCapable(
      this,
      props.source,
      'toBackupSource',
      '`source`',
      'a database or a volume, such as a PostgresService or a DataVolume',
    );
    const source = props.source.toBackupSource();
    const hostname = props.hostname ?? defaultName(source, id);
    assertApplicable(this, source, props);
    this.assertRepositories(props);
    this.assertDrill(props);
    stackContext(this).addBackedUpVolume(source.volume);
    const keys = new Map(props.repositories.map((repository) => [repository, this.addKey(hostname, repository.name)]));
    this.keys = new Map([...keys].map(([{ name }, key]) => [name, key]));
    const runAs = backupUser(source, props);
    const image = backupImage(this, source, runAs, props.files);
    const parts = { hostname, source, image, runAs, repositories: props.repositories };
    this.program = new BackupProgram(this, 'Program', parts);
    this.drill = props.acceptNoDrill === undefined ? this.addDrill(parts) : undefined;
    this.receiver = addReceiver(this, parts, props);
    if (source.kind === 'volume' && props.quiesce !== undefined) connectVolume(this.program, source, props.quiesce);
    const { workload } = this.program;
    for (const secret of this.secretsOf(props)) workload.addSecret(secret);
    const settings = withConstruct(this, () => this.settings(props, source, keys));
    this.jobs = settings.jobs;
    this.source = settings.host;
    const content = renderBackupSettings(settings);
    workload.addFile({ path: SETTINGS_FILE, content });
    const context = stackContext(this);
    const { mounts } = this.program;
    const record = { hostname, source, mounts, file: SETTINGS_FILE, content };
    context.addBackup(() => restoreRecord({ ...record, services: context.services }));
  }

  public toScrapeTargets(): readonly ScrapeTarget[] {
    return [scrapeTargetOf(this.program, METRICS_PORT)];
  }

  /**
   * Returns alerts for each job: failed, too old, unfinished, absent, shrunken. Their limits follow from the schedules.
   */
  public toAlertRules(): readonly AlertRule[] {
    const { hostname } = this.program;
    const { stackName } = stackContext(this);
    return backupAlerts({ scrapeJob: hostname, stack: stackName, source: this.source, jobs: this.jobs });
  }

  public toDashboardSubjects(): readonly DashboardSubject[] {
    return backupCharts(this.program.hostname, Object.keys(this.jobs));
  }

  private settings(
    props: BackupJobProps,
    source: BackupSource,
    keys: ReadonlyMap<BackupRepository, Secret>,
  ): BackupSettings {
    const { dump, files, drill, check, webhook, email } = props;
    const [saving, options] = source.kind === 'volume' ? ['files', files] : ['dump', dump];
    return {
      host: `${stackContext(this).stackName}/${source.name}`,
      jobs: {
        ...pitrJobs(props),
        [saving]: jobSettings(options, Schedule.daily({ at: '03:00' }), Duration.hours(2)),
        ...(this.drill === undefined ? {} : { drill: drillSettings(saving, drill) }),
        check: jobSettings(check, Schedule.weekly({ on: 'sun', at: '06:00' }), Duration.hours(4)),
      },
      ...sourceSettings(props, this.program.hostname),
      repositories: [...keys].map(([repository, key]) => repositorySettings(repository, key)),
      retention: retentionWords(props.retention ?? DEFAULT_RETENTION),
      webhook: webhook === undefined ? undefined : secretPath(webhook),
      email: email === undefined ? undefined : emailSettings(email),
    };
  }

  private addDrill(parts: BackupParts): DrillProgram {
    const drill = new DrillProgram(this, 'Drill', parts);
    drill.shareWith(this.program);
    return drill;
  }

  private addKey(hostname: string, repository: string): Secret {
    return new Secret(this, `Key-${repository}`, {
      name: `${hostname}-${repository}-key`,
      description: `key of the backups in repository ${repository}: keep a copy elsewhere, without it they are lost`,
    });
  }

  private secretsOf({ repositories, webhook, email }: BackupJobProps): readonly Secret[] {
    const ofRepositories = repositories.flatMap(({ secrets }) => Object.values(secrets));
    const inFiles = repositories
      .flatMap(({ files = {} }) => Object.values(files))
      .filter((file) => typeof file !== 'string');
    const told = [webhook, email?.password].filter((secret) => secret !== undefined);
    return [...this.keys.values(), ...ofRepositories, ...inFiles, ...told];
  }

  private assertDrill({ drill, acceptNoDrill }: BackupJobProps): void {
    assertReason(this, 'acceptNoDrill', acceptNoDrill);
    if (drill === undefined || acceptNoDrill === undefined) return;
    throw new ConfigurationError(
      this,
      'has a `drill` and accepts that there is none; take `drill` or `acceptNoDrill` out',
    );
  }

  private assertRepositories({ repositories, acceptSameHost }: BackupJobProps): void {
    if (repositories.length === 0) {
      throw new ConfigurationError(this, 'has no repository; state at least one in `repositories`');
    }
    const names = repositories.map(({ name }) => name);
    const duplicate = names.find((name, index) => names.indexOf(name) !== index);
    if (duplicate !== undefined) {
      throw new ConfigurationError(
        this,
        `two repositories are called ${quote(duplicate)}; state a \`name\` for one of them`,
      );
    }
    if (repositories.some(({ offHost }) => offHost) || (acceptSameHost ?? '').trim() !== '') return;
    throw new ConfigurationError(
      this,
      `all repositories (${names.join(', ')}) are on the host whose data they save, and go with it; add one elsewhere ` +
        '(`BackupRepository.s3`, `.rest`, or `.directory` with `offHost`), or state in `acceptSameHost` why this is enough',
    );
  }
}

/** Returns the default name: `postgres-backup`. A part of the id that repeats the source's name is left out. */
function defaultName({ name }: BackupSource, id: string): string {
  const own = physicalName([id]);
  return own.startsWith(`${name}-`) ? own : physicalName([name, id]);
}

/** Returns the settings that differ between a database and a volume. */
function sourceSettings(
  props: BackupJobProps,
  hostname: string,
): Pick<BackupSettings, 'postgres' | 'volume' | 'drill'> {
  const { dump, quiesce, drill = {} } = props;
  if (quiesce !== undefined) return { volume: volumeSettings(quiesce, hostname), drill: volumeDrill(drill) };
  return {
    postgres: {
      socket: SOCKET_DIRECTORY,
      user: SUPERUSER,
      databases: dump?.databases,
      slot: pitrSlot(props, hostname),
    },
    drill: { leastTables: drill.minTables, assertions: drill.assertions ?? [] },
  };
}

function repositorySettings(repository: BackupRepository, key: Secret): RepositorySettings {
  const { name, url, secrets, environment, files, options } = repository;
  return {
    name,
    url,
    password: secretPath(key),
    secrets: eachOf(secrets, secretPath),
    environment,
    files: files === undefined ? undefined : eachOf(files, ownFile),
    options,
  };
}

function ownFile(content: string | Secret): OwnFile {
  return typeof content === 'string' ? { text: content } : { secret: secretPath(content) };
}

function eachOf<T, R>(record: Readonly<Record<string, T>>, change: (value: T) => R): Readonly<Record<string, R>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
