import type { Access, Duration } from '../../values';
import type { Network } from '../workload/network';
import type { Secret } from '../secrets/secret';
import type { Workload } from '../workload/workload';

/** A request for a connection. */
export interface ConnectionRequest {
  /** Host name of the consumer; credentials are made for it alone. */
  readonly consumer: string;
  /**
   * Rights of the consumer on the data.
   * @default 'owner'
   */
  readonly access?: Access;
  /**
   * Limit of open connections of the consumer, for all its containers together. During a rollout the previous version's
   * count too, unless the password changed with it. Servers without such a limit ignore it.
   * @default - the server's own; of PostgreSQL four fifths of its connections, less where it has many consumers
   */
  readonly connectionLimit?: number;
  /**
   * Time that the consumer keeps running after it is asked to stop. Its credential must live at least as long.
   * @default - unknown
   */
  readonly stopGracePeriod?: Duration;
}

/**
 * Address and credentials of a connection. The consumer gets `<ALIAS>_HOST`, `<ALIAS>_PORT` and one variable for each
 * property (`<ALIAS>_NAME`, `<ALIAS>_USER`). For each secret it gets the path of a file (`<ALIAS>_PASSWORD_FILE`,
 * `<ALIAS>_URL_FILE`).
 */
export interface Connection {
  /** First part of the variables' names: 'DATABASE'. */
  readonly alias: string;
  /** Host name for `<ALIAS>_HOST`. */
  readonly host: string;
  /** Port for `<ALIAS>_PORT`. */
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
   * Workloads that must be up before the consumer starts.
   * @default - nothing
   */
  readonly startAfter?: readonly Workload[];
  /**
   * Jobs that clean up after the consumer. They start once the consumer is up, and with it every workload that starts
   * after it or sends requests to it. A failed rollout never runs them.
   * @default - none
   */
  readonly clearAfter?: readonly Workload[];
}

/** A target that a service can connect to. An object literal with this one method works too. */
export interface IConnectable {
  /** Returns address and credentials for one consumer. */
  toConnection(request: ConnectionRequest): Connection;
}
