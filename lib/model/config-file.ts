import type { Workload } from './workload';

/** A file in the containers of a workload; known at synth, so its content is part of the revision. */
export interface ConfigFile {
  /** Absolute path in the container. */
  readonly path: string;
  /** Text, or bytes (`readFileSync` without an encoding). Either arrives byte for byte. */
  readonly content: string | Uint8Array;
  /**
   * True for scripts.
   * @default false
   */
  readonly executable?: boolean;
}

/** A file beside the one that a program reloads, by its name in the same directory. */
export interface NeighbourFile {
  readonly fileName: string;
  readonly content: string;
}

/** A file that the running program takes over without a restart. */
export interface ReloadableConfig {
  /** Directory of the file, mounted read-only into the program's containers. */
  readonly directory: string;
  readonly fileName: string;
  /** Called when the stack is rendered, after everything was added. Pure: it may be called several times. */
  readonly content: () => string;
  /**
   * Further files of the directory, put in place one after the other, before the program is told of a new `content`.
   * When only these have changed the program is not told anything. Pure, as `content`.
   * @default - none
   */
  readonly followed?: () => readonly NeighbourFile[];
  /**
   * Further files of the directory that the program takes over together with `content`: rules that it names. They are
   * staged beside it, and put in place when the program accepts all of them. Pure, as `content`.
   * @default - none
   */
  readonly companions?: () => readonly NeighbourFile[];
  /** Workloads that have to be up before the content is true: the upstreams of a proxy. */
  readonly after: () => readonly Workload[];
  /**
   * How the program takes the new content over, or only whether it would: a command run in its container, given the staged
   * file's path. The path of a companion ends in the same way.
   */
  readonly reload: (stagedPath: string) => readonly string[];
  /**
   * Signal on which the program reads its files again, sent when they are in place.
   * @default - none: `reload` has done it
   */
  readonly signal?: string;
}
