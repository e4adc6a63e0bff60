import { Construct } from 'constructs';
import { assertIdentifier, ConfigurationError, quote } from '../../values';
import type { Duration } from '../../values';
import type { Connection, ConnectionRequest, IConnectable } from '../../model/capabilities/connectable';
import { stackContext } from '../../model/stack/stack-context';
import { PostgresRole } from './postgres-role';
import { POSTGRES_PORT } from './postgres-layout';
import type { PostgresService } from './postgres-service';
import { constructId } from '../../model/stack/construct-id';

/** Options of a database. */
export interface PostgresDatabaseOptions {
  /**
   * Extensions created in the database, by the superuser, before any consumer connects.
   * @default - none
   */
  readonly extensions?: readonly string[];
}

/** Options of a database, which `addDatabase` of its server states. */
export interface PostgresDatabaseProps extends PostgresDatabaseOptions {
  readonly server: PostgresService;
  readonly name: string;
}

/** A database of a server. Each consumer gets its own role and password, and a login for each password. */
export class PostgresDatabase extends Construct implements IConnectable {
  /** Name of the database. */
  public readonly name: string;
  /** Extensions of the database. */
  public readonly extensions: readonly string[];
  private readonly server: PostgresService;
  private readonly roles = new Map<string, PostgresRole>();

  public constructor(scope: Construct, id: string, props: PostgresDatabaseProps) {
    super(scope, constructId(scope, id));
    assertIdentifier(this, 'database name', props.name);
    if (RESERVED.has(props.name)) throw reserved(this, props.name);
    for (const extension of props.extensions ?? []) assertIdentifier(this, 'extension', extension);
    this.name = props.name;
    this.server = props.server;
    this.extensions = [...(props.extensions ?? [])];
  }

  public toConnection(request: ConnectionRequest): Connection {
    const role = this.role(request);
    return {
      alias: 'DATABASE',
      host: this.server.hostname,
      port: POSTGRES_PORT,
      properties: { NAME: this.name, USER: role.login },
      secrets: { PASSWORD: role.password, URL: role.url },
      network: this.server.network,
      startAfter: [role.provisioning.workload],
      clearAfter: [role.cleanup.workload],
    };
  }

  /** Returns true if a consumer of this name has connected. */
  public hasConsumer(name: string): boolean {
    return this.roles.has(name);
  }

  private role({ consumer, access = 'owner', connectionLimit, ...request }: ConnectionRequest): PostgresRole {
    const stopGracePeriod = request.stopGracePeriod ?? graceOf(this, consumer);
    const known = this.roles.get(consumer);
    if (known === undefined) {
      const role = new PostgresRole(this, `Role-${consumer}`, {
        server: this.server,
        database: this,
        consumer,
        access,
        connectionLimit,
        stopGracePeriod,
      });
      this.roles.set(consumer, role);
      return role;
    }
    if (!known.outlives(stopGracePeriod)) throw tooLate(this, consumer);
    if (connectionLimit !== undefined && known.connectionLimit !== connectionLimit) {
      throw new ConfigurationError(
        this,
        `${quote(consumer)} connects twice, with connection limits ${quote(known.connectionLimit)} and ${quote(connectionLimit)}; ` +
          'a consumer has one role in a database: state `connectionLimit` where it connects first',
      );
    }
    if (known.access === access) return known;
    throw new ConfigurationError(
      this,
      `${quote(consumer)} connects twice, with access ${quote(known.access)} and ${quote(access)}; ` +
        'a consumer has one role in a database: state the same `access` twice',
    );
  }
}

/** Returns the stop timeout of the service of this name, if it exists already. */
function graceOf(where: Construct, consumer: string): Duration | undefined {
  const service = stackContext(where).services.find(({ hostname }) => hostname === consumer);
  return service?.workload.spec.stopGracePeriod;
}

function tooLate(where: Construct, consumer: string): ConfigurationError {
  return new ConfigurationError(
    where,
    `${quote(consumer)} was given a connection before it was known how long it takes to stop, and its earlier logins must live ` +
      'as long; state `stopGracePeriod` in the first `toConnection`, or make the service before it',
  );
}

/** Databases that the server creates itself. */
const RESERVED: ReadonlySet<string> = new Set(['postgres', 'template0', 'template1']);

function reserved(where: Construct, name: string): ConfigurationError {
  return new ConfigurationError(
    where,
    `database ${quote(name)} belongs to the server; choose a name of your own, for example "app"`,
  );
}
