import type { Workload } from './workload';

/** A file in the containers of a workload. Its content is known at synthesis, so it is part of the revision. */
export interface ConfigFile {
  /** Absolute path in the container. */
  readonly path: string;
  /** Text, or bytes (`readFileSync` without an encoding). Both arrive byte for byte. */
  readonly content: string | Uint8Array;
  /**
   * If true, the file is executable, as a script must be.
   * @default false
   */
  readonly executable?: boolean;
}

/** Another file in the directory of a reloaded file, by its name. */
export interface NeighbourFile {
  readonly fileName: string;
  readonly content: string;
}

/** Files of a configuration that a program reloads. */
export interface RenderedConfig {
  /** Text of the file. */
  readonly content: string;
  /**
   * Further files of the directory. They are replaced one after the other, before the program reloads `content`. If
   * only these have changed, the program is not notified.
   * @default - none
   */
  readonly followed?: readonly NeighbourFile[];
  /**
   * Further files of the directory that the program loads together with `content`, such as rules that it names. They
   * are staged beside it, and replaced once the program accepts all of them.
   * @default - none
   */
  readonly companions?: readonly NeighbourFile[];
}

/** A file that the running program reloads without a restart. */
export interface ReloadableConfig {
  /** Directory of the file, mounted read-only into the program's containers. */
  readonly directory: string;
  /** Name of the file in the directory. */
  readonly fileName: string;
  /** Returns the files. Called once, when the stack is rendered, after everything was added. */
  readonly render: () => RenderedConfig;
  /**
   * Returns workloads that must be healthy before the content is valid: the upstreams of a proxy. They are part of the
   * start order, which is known before anything is rendered.
   */
  readonly after: () => readonly Workload[];
  /**
   * Command that makes the program load the new content, or only check it. It runs in the program's container, with the
   * staged file's path. The path of a companion has the same ending.
   */
  readonly reload: (stagedPath: string) => readonly string[];
  /**
   * Signal on which the program reloads its files, sent once they are in place.
   * @default - none: `reload` has done it
   */
  readonly signal?: string;
}
