import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Variables of the ssh client; none means those of this process. */
export type SshEnvironment = Readonly<Record<string, string | undefined>>;

type Done = (error?: Error | null) => void;

/**
 * A connection to the engine of another machine: standard input and output of `dial-stdio` of its client there, over
 * ssh. It is similar enough to a socket for an HTTP agent.
 */
class SshSocket extends Duplex {
  public constructor(private readonly child: ChildProcessWithoutNullStreams) {
    super();
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint = `${complaint}${chunk}`.slice(-500)));
    child.stdout.on('data', (chunk) => this.push(chunk) || child.stdout.pause());
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => this.destroy(error));
    child.on('close', (code) => {
      if (code) this.destroy(new Error(`ssh ended with exit code ${code}: ${complaint.trim()}`));
      else this.push(null);
    });
  }

  public override _read(): void {
    this.child.stdout.resume();
  }

  public override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    // A broken pipe means that ssh has ended. Its own message follows, and says why.
    this.child.stdin.write(chunk, (error) => {
      if (!error) done();
    });
  }

  public override _final(done: () => void): void {
    this.child.stdin.end(() => done());
  }

  public override _destroy(error: Error | null, done: Done): void {
    this.child.kill();
    done(error);
  }

  // An HTTP agent sets options of its sockets; this one has none.
  public setKeepAlive(): this {
    return this;
  }
  public setNoDelay(): this {
    return this;
  }
  public setTimeout(): this {
    return this;
  }
  public ref(): this {
    return this;
  }
  public unref(): this {
    return this;
  }
}

/**
 * Connects by the user's ssh client, so that its configuration, keys and known hosts apply, as for the docker command.
 *
 * @param url - `ssh://user@host:port`, with a path if the engine's socket is not at the default place
 * @param options - further arguments for ssh
 */
export function dialSsh(url: URL, options: readonly string[], environment?: SshEnvironment): Duplex {
  const login = url.username === '' ? [] : ['-l', decodeURIComponent(url.username)];
  const port = url.port === '' ? [] : ['-p', url.port];
  const socket = url.pathname.length > 1 ? ['--host', `unix://${url.pathname}`] : [];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const args = ['-o', 'ConnectTimeout=15', '-o', 'BatchMode=yes', '-T', ...options, ...login, ...port, '--', host];
  const remote = ['docker', ...socket, 'system', 'dial-stdio'];
  return new SshSocket(spawn('ssh', [...args, ...remote], { stdio: 'pipe', windowsHide: true, env: environment }));
}
