import { Duration } from '../../values';
import type { Image } from '../../values';
import type { Service } from '../../model/workload/service';

/** Way to keep programs from changing a volume during a backup: `Quiesce.stop`, `Quiesce.command` or `Quiesce.none`. */
export type Quiesce =
  | { readonly kind: 'stop'; readonly services: readonly Service[]; readonly timeout: Duration }
  | ({ readonly kind: 'command'; readonly command: readonly string[]; readonly timeout: Duration } & CopyOptions)
  | { readonly kind: 'none'; readonly reason: string };

/** Options of `Quiesce.stop`. */
export interface StopOptions {
  /**
   * Timeout from the request to the end of the copy. A backup that takes longer has failed, and the service starts
   * again.
   * @default 10 minutes
   */
  readonly timeout?: Duration;
}

/** Container of a command that copies data. */
export interface CopyOptions {
  /**
   * Service that owns the data: the command runs from its image, as its user, in a separate container without a
   * network.
   */
  readonly service: Service;
  /**
   * Image with the command and a shell.
   * @default - the service's
   */
  readonly image?: Image;
  /**
   * Mount path of the volume for the command.
   * @default - where the service has it
   */
  readonly directory?: string;
  /**
   * If true, the command may write to the volume. It always writes its copy into /quiesce/copy.
   * @default false
   */
  readonly writable?: boolean;
}

/** Options of `Quiesce.command`. */
export interface CommandOptions extends CopyOptions {
  /**
   * Timeout of the command and the copy of its output.
   * @default 10 minutes
   */
  readonly timeout?: Duration;
}

const TIME_LIMIT = Duration.minutes(10);

/** Ways to keep programs from changing a volume during a backup. */
export const Quiesce = {
  /**
   * The services that write to the volume are stopped while it is copied on the host's disk; they are up again before
   * anything is sent to a repository. Each starts through a wrapper, which needs `sh` and `sleep` in the image. Its
   * container ends and is started again by the engine.
   */
  stop(services: Service | readonly Service[], options: StopOptions = {}): Quiesce {
    return { kind: 'stop', services: [services].flat(), timeout: options.timeout ?? TIME_LIMIT };
  },

  /**
   * Returns a way that runs a command, which writes a consistent copy into /quiesce/copy. The backup saves the copy
   * instead of the volume: `['sqlite3', '/data/grafana.db', "VACUUM INTO '/quiesce/copy/grafana.db'"]`.
   */
  command(command: readonly string[], options: CommandOptions): Quiesce {
    return { timeout: TIME_LIMIT, ...options, kind: 'command', command: [...command] };
  },

  /**
   * Returns a way that saves the volume as it is, file by file, while programs may write to it.
   * @param reason why that is good enough
   */
  none(reason: string): Quiesce {
    return { kind: 'none', reason };
  },
};
