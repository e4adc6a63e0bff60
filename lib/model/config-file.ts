import type { Workload } from './workload';

/** A text file in the containers of a workload; known at synth, so its content is part of the revision. */
export interface ConfigFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: string;
  /**
   * True for scripts.
   * @default false
   */
  readonly executable?: boolean;
}

/** A file that the running program reads by itself whenever it needs it: put in place, it is taken over. */
export interface FollowedFile {
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
  readonly followed?: () => readonly FollowedFile[];
  /** Workloads that have to be up before the content is true: the upstreams of a proxy. */
  readonly after: () => readonly Workload[];
  /** How the program takes the new content over: a command run in its container, given the staged file's path. */
  readonly reload: (stagedPath: string) => readonly string[];
}
