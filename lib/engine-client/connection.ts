import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Way to an engine: a socket, a machine over the network, or a machine by ssh. */
export interface EngineConnection {
  /** Machine to reach by ssh; its path is the engine's socket there. */
  readonly ssh?: URL;
  /** Options of Node for any other connection. */
  readonly http?: HttpConnection;
}

/** Options of `http.request` and `https.request` that reach an engine. */
export interface HttpConnection {
  readonly socketPath?: string;
  readonly host?: string;
  readonly port?: string | number;
  /** True for TLS. */
  readonly secure?: boolean;
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Files of a folder with certificates that exist. */
export type Certificates = Pick<HttpConnection, 'ca' | 'cert' | 'key'>;

/**
 * Returns the way to the engine of an address, or undefined for an address of another form.
 *
 * @param url - `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `http://…`, `https://…` or `ssh://user@host`
 * @param certificates - reader of certificates for TLS; an address of `tcp://` uses TLS if there is one
 */
export function engineConnection(url: string, certificates?: () => Certificates): EngineConnection | undefined {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/.exec(url) ?? [];
  if (scheme === 'unix') return { http: { socketPath: rest } };
  if (scheme === 'npipe') return { http: { socketPath: rest.replaceAll('/', '\\') } };
  const machine = machineOf(rest);
  if (machine === undefined) return undefined;
  if (scheme === 'ssh') return { ssh: machine };
  return ['tcp', 'http', 'https'].includes(scheme) ? { http: overNetwork(scheme, machine, certificates) } : undefined;
}

/** @param rest - text after the scheme */
function machineOf(rest: string): URL | undefined {
  // For a scheme with a default port, the parser would drop that port.
  const url = `machine://${rest}`;
  return URL.canParse(url) && new URL(url).hostname !== '' ? new URL(url) : undefined;
}

function overNetwork(scheme: string, url: URL, certificates?: () => Certificates): HttpConnection {
  const secure = scheme === 'https' || (scheme === 'tcp' && certificates !== undefined);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 2376 : 2375),
    secure,
    ...(secure ? certificates?.() : {}),
  };
}

/** Returns the certificates in a folder, under the names that the docker command gives them. */
export function certificatesIn(directory: string): Certificates {
  const read = (name: string): Buffer | undefined => {
    const file = join(directory, name);
    return existsSync(file) ? readFileSync(file) : undefined;
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
