import { Construct } from 'constructs';
import { physicalName } from '../../values';
import type { Access } from '../../values';
import { renderRoleScript } from '../../config';
import { located } from '../../model/located';
import { Tier } from '../../model/network';
import { Secret, secretPath } from '../../model/secret';
import { JobService } from '../job-service';
import type { PostgresDatabase } from './postgres-database';
import { POSTGRES_PORT, postgresUser, SOCKET_DIRECTORY, SUPERUSER } from './postgres-layout';
import type { PostgresService } from './postgres-service';

export interface PostgresRoleProps {
  readonly server: PostgresService;
  readonly database: PostgresDatabase;
  readonly consumer: string;
  readonly access: Access;
}

/**
 * The login of one consumer in one database: a generated password, and a job in the plan that creates or updates role,
 * grants and password over the server's socket. A new password runs the job again and restarts the consumer, no other.
 */
export class PostgresRole extends Construct {
  public readonly name: string;
  public readonly access: Access;
  public readonly password: Secret;
  /** The whole connection as a URL. */
  public readonly url: Secret;
  public readonly job: JobService;

  public constructor(scope: Construct, id: string, props: PostgresRoleProps) {
    super(scope, id);
    const { server, database, consumer, access } = props;
    const base = database === server.database || server.database === undefined ? [] : [database.name];
    this.name = [consumer, ...base].join('_').replace(/-/g, '_');
    this.access = access;
    server.claimRole(this.name, this);
    const secretName = [server.hostname, ...base, consumer].join('-').toLowerCase();
    this.password = new Secret(this, 'Password', {
      name: `${secretName}-password`,
      description: `password of role ${this.name} in database ${database.name}`,
    });
    this.url = new Secret(this, 'Url', {
      name: `${secretName}-url`,
      origin: 'derived',
      description: `connection URL of role ${this.name}`,
      parts: [
        `postgresql://${this.name}:`,
        { secret: this.password, encode: 'uri' },
        `@${server.hostname}:${POSTGRES_PORT}/${encodeURIComponent(database.name)}`,
      ],
    });
    this.job = this.addJob(props, physicalName([server.hostname, 'role', ...base, consumer]));
  }

  private addJob({ server, database, access }: PostgresRoleProps, hostname: string): JobService {
    const { image } = server.workload.spec;
    const script = located(this, () =>
      renderRoleScript({
        superuser: SUPERUSER,
        database: database.name,
        role: this.name,
        passwordFile: secretPath(this.password),
        access,
        extensions: database.extensions,
      }),
    );
    const job = new JobService(this, 'Job', {
      hostname,
      image,
      tier: Tier.DATA,
      user: server.workload.spec.user ?? postgresUser(image),
      entrypoint: ['/bin/sh', '-c', script],
      command: [],
    });
    job.workload.addSecret(this.password);
    job.workload.addVolume(server.socket, SOCKET_DIRECTORY);
    job.workload.startAfter(server.workload);
    return job;
  }
}
