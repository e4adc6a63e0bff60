/** One place that backups go to, in words of the program that takes them. Secrets are paths, never values. */
export interface BackupPlace {
  readonly name: string;
  readonly url: string;
  /** Path of the file with the key. */
  readonly password: string;
  /** Paths of the files whose values it needs besides. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What else it reads: text, or the path of a secret's file. */
  readonly files?: Readonly<Record<string, { readonly text?: string; readonly secret?: string }>>;
}

/** The file that the program reads, as far as a restore looks into it; it hands on all of it. */
export interface BackupFile {
  readonly repositories: readonly BackupPlace[];
  /** By name. */
  readonly jobs: Readonly<Record<string, unknown>>;
}

/** Something of the host that the program mounts for one of its places. */
export interface BackupMount {
  /** Name of the place. */
  readonly repository: string;
  readonly kind: 'volume' | 'directory';
  /** Name of the volume, or path on the engine's host. */
  readonly source: string;
  readonly path: string;
}

/** The server that is saved. */
export interface BackedServer {
  readonly majorVersion: number;
  readonly superuser: string;
  /** As in '999:999'. */
  readonly user: string;
  /** Settings of the server, as words of its command line. */
  readonly command: readonly string[];
  /** Physical name of the network that it is reached in. */
  readonly network: string;
  /** Physical name of the volume with its unix socket, and where that is mounted. */
  readonly socket: { readonly volume: string; readonly path: string };
  readonly memoryMebibytes: number;
  readonly sharedMemoryMebibytes?: number;
  /** Most processes and threads. */
  readonly pidsLimit: number;
  /** Where the volume with its data is mounted, and where the data lie in it. */
  readonly mountPath: string;
  readonly directory: string;
}

/** The volume that is saved, or that a saved server has its data in. */
export interface BackedVolume {
  /** On the host. */
  readonly name: string;
  /** As the program calls it; another name than that on the host when a restore put that one in its place. */
  readonly declared: string;
}

/** A job that works on what is saved. */
export interface BackedJob {
  readonly hostname: string;
  readonly afterRestore: 'run' | 'skip';
}

interface CommonRecord {
  /** Host name of what takes backups. */
  readonly hostname: string;
  /** What is saved, as people call it: the server's host name, or the last part of the volume's name. */
  readonly name: string;
  readonly volume: BackedVolume;
  /** Host names of the services that have the volume. */
  readonly services: readonly string[];
  readonly jobs: readonly BackedJob[];
  /** Path of the file that it reads. */
  readonly file: string;
  readonly settings: BackupFile;
  readonly mounts: readonly BackupMount[];
}

/** Of a database server. */
export interface ServerRecord extends CommonRecord {
  readonly kind: 'postgres';
  readonly server: BackedServer;
}

/** Of a volume with files. */
export interface VolumeRecord extends CommonRecord {
  readonly kind: 'volume';
}

/** All that a restore has to know of a backup, in a manifest that holds no value of a secret. */
export type BackupRecord = ServerRecord | VolumeRecord;
