import type { Access, Duration } from '../values';
import type { Network } from './network';
import type { Secret } from './secret';
import type { Workload } from './workload';

/** Who asks for a connection. */
export interface ConnectionRequest {
  /** Host name of the consumer; credentials are made for it alone. */
  readonly consumer: string;
  /**
   * What the consumer may do with the data.
   * @default 'owner'
   */
  readonly access?: Access;
  /**
   * How many connections the consumer may have open at a time, those of all its containers together. During a rollout
   * the previous version's count too, unless the password changed with it. Only servers with such a limit heed it.
   * @default - the server's own; of PostgreSQL four fifths of its connections, less where it has many consumers
   */
  readonly connectionLimit?: number;
  /**
   * How long the consumer serves on when it is asked to stop; its credential has to live as long.
   * @default - unknown
   */
  readonly stopGrace?: Duration;
}

/**
 * How to reach something. The consumer receives it as `<ALIAS>_HOST`, `<ALIAS>_PORT`, one variable for each property
 * (`<ALIAS>_NAME`, `<ALIAS>_USER`) and, for each secret, the path of a file (`<ALIAS>_PASSWORD_FILE`, `<ALIAS>_URL_FILE`).
 */
export interface Connection {
  /** First part of the variables' names: 'DATABASE'. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  /**
   * Further facts by the last part of their variables' names: `{ NAME: 'shop' }`.
   * @default - none
   */
  readonly properties?: Readonly<Record<string, string>>;
  /**
   * Secrets by the middle part of their variables' names: `{ PASSWORD: … }`.
   * @default - none
   */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /**
   * The network that the consumer joins.
   * @default - none: the address is outside of the stack
   */
  readonly network?: Network;
  /**
   * What has to be up before the consumer starts.
   * @default - nothing
   */
  readonly startAfter?: readonly Workload[];
  /**
   * What clears away behind the consumer: started when the consumer is up, and with it everything that starts after it
   * or sends requests to it. A rollout that fails never gets there.
   */
  readonly clearAfter?: readonly Workload[];
}

/** Something a service can connect to. An object literal with this one method takes part. */
export interface IConnectable {
  toConnection(request: ConnectionRequest): Connection;
}
