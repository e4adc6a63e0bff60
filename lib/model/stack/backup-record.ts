/** One destination of backups in the form of the backup program. Secrets are paths, never values. */
export interface BackupPlace {
  readonly name: string;
  readonly url: string;
  /** Path of the file with the key. */
  readonly password: string;
  /** Paths of the files with further values that it needs. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Further files that it reads: text, or the path of a secret's file. */
  readonly files?: Readonly<Record<string, { readonly text?: string; readonly secret?: string }>>;
}

/** The parts of the program's settings file that a restore reads; it passes on all of it. */
export interface BackupFile {
  readonly repositories: readonly BackupPlace[];
  /** Jobs by name. */
  readonly jobs: Readonly<Record<string, unknown>>;
}

/** A volume or directory of the host that the program mounts for a repository. */
export interface BackupMount {
  /** Name of the repository. */
  readonly repository: string;
  readonly kind: 'volume' | 'directory';
  /** Name of the volume, or path on the engine's host. */
  readonly source: string;
  readonly path: string;
}

/** The saved server. */
export interface BackedServer {
  readonly majorVersion: number;
  readonly superuser: string;
  /** User and group, as in '999:999'. */
  readonly user: string;
  /** Settings of the server, as arguments of its command line. */
  readonly command: readonly string[];
  /** Name on the host of the network of the server. */
  readonly network: string;
  /** Name on the host of the volume with its unix socket, and its mount path. */
  readonly socket: { readonly volume: string; readonly path: string };
  readonly memoryMebibytes: number;
  readonly sharedMemoryMebibytes?: number;
  /** Limit of processes and threads. */
  readonly pidsLimit: number;
  /** Mount path of the volume with its data, and the directory of the data in it. */
  readonly mountPath: string;
  readonly directory: string;
}

/** The saved volume, or the volume with a saved server's data. */
export interface BackedVolume {
  /** Name on the host. */
  readonly name: string;
  /** Name in the program; it differs from the name on the host after a restore that replaced the volume. */
  readonly declared: string;
}

/** A job that works on the saved data. */
export interface BackedJob {
  readonly hostname: string;
  readonly afterRestore: 'run' | 'skip';
}

interface CommonRecord {
  /** Host name of the backup program. */
  readonly hostname: string;
  /** Name of the saved data for users: the server's host name, or the last part of the volume's name. */
  readonly name: string;
  readonly volume: BackedVolume;
  /** Host names of the services that mount the volume. */
  readonly services: readonly string[];
  readonly jobs: readonly BackedJob[];
  /** Path of the settings file. */
  readonly file: string;
  readonly settings: BackupFile;
  readonly mounts: readonly BackupMount[];
}

/** Record of the backup of a database server. */
export interface ServerRecord extends CommonRecord {
  readonly kind: 'postgres';
  readonly server: BackedServer;
}

/** Record of the backup of a volume with files. */
export interface VolumeRecord extends CommonRecord {
  readonly kind: 'volume';
}

/** All facts about a backup that a restore needs. The manifest holds no value of a secret. */
export type BackupRecord = ServerRecord | VolumeRecord;
