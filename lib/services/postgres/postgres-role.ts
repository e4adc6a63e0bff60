import { Construct } from 'constructs';
import { Duration, physicalName } from '../../values';
import type { Access } from '../../values';
import { renderRetireScript, renderRoleScript } from '../../config';
import { withConstruct } from '../../model/stack/with-construct';
import { Tier } from '../../model/workload/network';
import { Secret, secretPath } from '../../model/secrets/secret';
import { Job } from '../job/job';
import { loginName } from './login-name';
import type { PostgresDatabase } from './postgres-database';
import { POSTGRES_PORT, SOCKET_DIRECTORY, SUPERUSER } from './postgres-layout';
import type { PostgresService } from './postgres-service';
import { constructId } from '../../model/stack/construct-id';

export interface PostgresRoleProps {
  readonly server: PostgresService;
  readonly database: PostgresDatabase;
  readonly consumer: string;
  readonly access: Access;
  readonly connectionLimit: number | undefined;
  readonly stopGracePeriod: Duration | undefined;
}

/** Time that an earlier login may open sessions, in addition to the consumer's stop timeout. */
const GRACE = Duration.seconds(60);

/**
 * The role of one consumer in one database: a generated password, a login for it, and two jobs in the plan that use the
 * server's socket. The first makes or updates the login, grants and password, before the consumer starts. A new
 * password has its own login. The running version keeps its login, also if the rollout fails.
 *
 * The second runs when the consumer is up and its previous version gets no more requests. Other logins of the consumer
 * can open sessions for 60 seconds and its `stopGracePeriod` more, and older ones are dropped.
 */
export class PostgresRole extends Construct {
  /** Name for readers: part of the logins' names, and of the comments that mark them. */
  public readonly name: string;
  /** Name with which the consumer logs in; see `loginName`. */
  public readonly login: string;
  public readonly access: Access;
  public readonly connectionLimit: number | undefined;
  public readonly password: Secret;
  /** The whole connection as a URL. */
  public readonly url: Secret;
  /** Job that makes the login. */
  public readonly provisioning: Job;
  /** Job that ends the logins of earlier passwords. */
  public readonly cleanup: Job;

  private readonly stopGracePeriod: Duration | undefined;

  public constructor(scope: Construct, id: string, props: PostgresRoleProps) {
    super(scope, constructId(scope, id));
    this.stopGracePeriod = props.stopGracePeriod;
    const { server, database, consumer, access } = props;
    const base = database === server.database || server.database === undefined ? [] : [database.name];
    this.name = [consumer, ...base].join('_').replace(/-/g, '_');
    this.access = access;
    this.connectionLimit = props.connectionLimit;
    server.claimRole(this.name, this);
    const secretName = [server.hostname, ...base, consumer].join('-').toLowerCase();
    this.password = new Secret(this, 'Password', {
      name: `${secretName}-password`,
      description: `password of role ${this.name} in database ${database.name}`,
    });
    this.login = loginName(this.name, this.password);
    if (this.login !== this.name) server.claimRole(this.login, this);
    this.url = new Secret(this, 'Url', {
      name: `${secretName}-url`,
      origin: 'derived',
      description: `connection URL of role ${this.name}`,
      parts: [
        `postgresql://${this.login}:`,
        { secret: this.password, encode: 'uri' },
        `@${server.hostname}:${POSTGRES_PORT}/${encodeURIComponent(database.name)}`,
      ],
    });
    const names = (part: string) => physicalName([server.hostname, part, ...base, consumer]);
    this.provisioning = this.addJob(props, names('role'));
    this.cleanup = this.addRetirement(props, names('retire'));
  }

  /** Returns true if earlier logins live long enough for a consumer with this stop timeout. */
  public outlives(stopGracePeriod: Duration | undefined): boolean {
    return (this.stopGracePeriod?.toMillis() ?? 0) >= (stopGracePeriod?.toMillis() ?? 0);
  }

  private addJob({ server, database, access }: PostgresRoleProps, hostname: string): Job {
    const script = withConstruct(this, () =>
      renderRoleScript({
        superuser: SUPERUSER,
        database: database.name,
        place: server.node.path,
        role: this.login,
        consumer: this.name,
        passwordFile: secretPath(this.password),
        access,
        connectionLimit: this.connectionLimit,
        extensions: database.extensions,
      }),
    );
    const job = this.runOnSocket('Job', server, hostname, script);
    job.workload.addSecret(this.password);
    job.workload.startAfter(server.workload);
    return job;
  }

  private addRetirement({ server, database, stopGracePeriod }: PostgresRoleProps, hostname: string): Job {
    const { name: consumer, login: role } = this;
    const grace = stopGracePeriod === undefined ? GRACE : GRACE.plus(stopGracePeriod);
    const script = withConstruct(this, () =>
      renderRetireScript({ superuser: SUPERUSER, database: database.name, role, consumer, grace }),
    );
    return this.runOnSocket('Retirement', server, hostname, script);
  }

  private runOnSocket(id: string, server: PostgresService, hostname: string, script: string): Job {
    const { image, user } = server.workload.spec;
    const job = new Job(this, id, {
      hostname,
      image,
      tier: Tier.DATA,
      user,
      entrypoint: ['/bin/sh', '-c', script],
      command: [],
      // The passwords of today must hold.
      afterRestore: 'run',
    });
    job.workload.addVolume(server.socket, SOCKET_DIRECTORY);
    return job;
  }
}
