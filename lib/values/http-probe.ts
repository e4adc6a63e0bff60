import { isIPv6 } from 'node:net';
import { ConfigurationError } from './configuration-error';
import type { Duration } from './duration';
import { quote } from './quote';

/** A program in the image that can send an HTTP request. */
export type HttpClient = 'curl' | 'wget' | 'python' | 'node';

export interface HttpProbeTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly timeout: Duration;
}

/** Uses a socket: loading Python's HTTP client takes several times as long, and the check runs every few seconds. */
const PYTHON = [
  'import socket,sys',
  'h,p,n,u,t=sys.argv[1:]',
  's=socket.create_connection((h,int(p)),float(t))',
  's.sendall(f"GET {u} HTTP/1.0\\r\\nHost: {n}:{p}\\r\\n\\r\\n".encode())',
  'r=s.makefile("rb").readline(999)',
  'sys.exit(0 if int(r.split()[1])<400 else r.decode("latin-1"))',
].join(';');

const NODE = [
  'const [,host,port,path,ms]=process.argv',
  'const fail=m=>{console.error(m);process.exit(1)}',
  'setTimeout(fail,+ms,"timeout")',
  'require("http").get({host,port,path},r=>r.statusCode<400?process.exit(0):fail("status "+r.statusCode))' +
    '.on("error",e=>fail(e.message||e.code))',
].join(';');

const PROBES: Readonly<Record<HttpClient, (target: HttpProbeTarget) => readonly string[]>> = {
  curl: (target) => [
    ...['curl', '--fail', '--silent', '--show-error', '--globoff', '--noproxy', '*', '--output', '/dev/null'],
    ...['--max-time', `${target.timeout.toSeconds({ integral: false })}`, url(target)],
  ],
  // Only options that GNU's and busybox's wget share. Not -T: busybox as Debian 12 builds it crashes on it.
  wget: (target) => [
    ...['timeout', `${wholeSeconds(target.timeout)}`],
    ...['wget', '-q', '-t', '1', '-Y', 'off', '-O', '/dev/null', url(target)],
  ],
  // -I and -S keep the application's own modules and start-up hooks out.
  python: ({ host, port, path, timeout }) => [
    ...['python3', '-I', '-S', '-c', PYTHON, host, `${port}`, inUrl(host), path],
    `${timeout.toSeconds({ integral: false })}`,
  ],
  node: ({ host, port, path, timeout }) => ['node', '-e', NODE, host, `${port}`, path, `${timeout.toMillis()}`],
};

/**
 * Returns the command that exits with 0 when the target answers in time with a status below 400. It uses no shell and
 * ignores proxies that the container's environment sets for the application.
 */
export function httpProbe(client: HttpClient, target: HttpProbeTarget): readonly string[] {
  if (!Object.hasOwn(PROBES, client)) {
    const known = Object.keys(PROBES).join(', ');
    throw new ConfigurationError(undefined, `health check client must be one of ${known}, got ${quote(client)}`);
  }
  return PROBES[client](target);
}

function url({ host, port, path }: HttpProbeTarget): string {
  return `http://${inUrl(host)}:${port}${path}`;
}

function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function wholeSeconds(timeout: Duration): number {
  return Math.max(1, Math.floor(timeout.toSeconds({ integral: false })));
}
