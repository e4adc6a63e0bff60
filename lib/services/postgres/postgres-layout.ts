export const POSTGRES_PORT = 5432;
/** Superuser inside the server; it connects over the socket, never with a password. */
export const SUPERUSER = 'postgres';
export const SOCKET_DIRECTORY = '/run/postgresql';

/** First version whose official image keeps each major version in a folder of its own below the mount. */
const FIRST_WITH_FOLDERS = 18;

export interface DataLayout {
  readonly mountPath: string;
  readonly dataDirectory: string;
}

export function dataLayout(majorVersion: number): DataLayout {
  if (majorVersion < FIRST_WITH_FOLDERS) {
    return { mountPath: '/var/lib/postgresql/data', dataDirectory: '/var/lib/postgresql/data' };
  }
  return { mountPath: '/var/lib/postgresql', dataDirectory: `/var/lib/postgresql/${majorVersion}/docker` };
}
