import { Duration } from '../../values';
import type { Image } from '../../values';
import type { Service } from '../../model/service';

/** How what writes to a volume is kept from changing it under a backup's hands. */
export type Quiesce =
  | { readonly kind: 'stop'; readonly services: readonly Service[]; readonly timeLimit: Duration }
  | ({ readonly kind: 'command'; readonly command: readonly string[]; readonly timeLimit: Duration } & CopyOptions)
  | { readonly kind: 'none'; readonly reason: string };

export interface StopOptions {
  /**
   * Longest time from the request to the end of the copy; a backup that takes longer has failed, and the service starts
   * again.
   * @default 10 minutes
   */
  readonly timeLimit?: Duration;
}

export interface CopyOptions {
  /** Whose data it is: the command runs from its image, as its user, in a container of its own without a network. */
  readonly service: Service;
  /**
   * The image that has the command; it has a shell too.
   * @default - the service's
   */
  readonly image?: Image;
  /**
   * Where the command finds the volume.
   * @default - where the service has it
   */
  readonly directory?: string;
  /**
   * Whether the command may write to the volume. It always writes its copy into /quiesce/copy.
   * @default false
   */
  readonly writable?: boolean;
}

export interface CommandOptions extends CopyOptions {
  /**
   * Longest time for the command and the copy of what it wrote.
   * @default 10 minutes
   */
  readonly timeLimit?: Duration;
}

const TIME_LIMIT = Duration.minutes(10);

export const Quiesce = {
  /**
   * The services that write to the volume are stopped while it is copied on the host's disk; they are up again before
   * anything is sent to a repository. Each starts through a wrapper, which needs `sh` and `sleep` in the image. Its
   * container ends and is started again by the engine.
   */
  stop(services: Service | readonly Service[], options: StopOptions = {}): Quiesce {
    return { kind: 'stop', services: [services].flat(), timeLimit: options.timeLimit ?? TIME_LIMIT };
  },

  /**
   * A command writes a consistent copy into /quiesce/copy, and that is saved in the volume's place:
   * `['sqlite3', '/data/grafana.db', "VACUUM INTO '/quiesce/copy/grafana.db'"]`.
   */
  command(command: readonly string[], options: CommandOptions): Quiesce {
    return { timeLimit: TIME_LIMIT, ...options, kind: 'command', command: [...command] };
  },

  /** The volume is saved as it is, file by file, while it may be written to; say why that is good enough. */
  none(reason: string): Quiesce {
    return { kind: 'none', reason };
  },
};
