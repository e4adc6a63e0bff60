// @ts-check
'use strict';

const { spawn } = require('node:child_process');
const { Duplex } = require('node:stream');

/**
 * A connection to the engine of another machine: standard input and output of `docker system dial-stdio` there, over
 * ssh. It is similar enough to a socket for an HTTP agent.
 */
class SshSocket extends Duplex {
  /** @param {import('node:child_process').ChildProcessWithoutNullStreams} child */
  constructor(child) {
    super();
    this.child = child;
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

  /** @override */
  _read() {
    this.child.stdout.resume();
  }

  /** @override @param {Buffer} chunk @param {BufferEncoding} _encoding @param {(error?: Error | null) => void} done */
  _write(chunk, _encoding, done) {
    this.child.stdin.write(chunk, done);
  }

  /** @override @param {(error?: Error | null) => void} done */
  _final(done) {
    this.child.stdin.end(done);
  }

  /** @override @param {Error | null} error @param {(error?: Error | null) => void} done */
  _destroy(error, done) {
    this.child.kill();
    done(error);
  }

  // An HTTP agent sets options of its sockets; this one has none.
  setKeepAlive() {
    return this;
  }
  setNoDelay() {
    return this;
  }
  setTimeout() {
    return this;
  }
  ref() {
    return this;
  }
  unref() {
    return this;
  }
}

/**
 * @param {URL} url ssh://user@host:port, with a path if the engine's socket is not at the default place
 * @param {readonly string[]} options further arguments for ssh
 */
function dialSsh(url, options) {
  const login = url.username === '' ? [] : ['-l', decodeURIComponent(url.username)];
  const port = url.port === '' ? [] : ['-p', url.port];
  const socket = url.pathname.length > 1 ? ['--host', `unix://${url.pathname}`] : [];
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const words = ['-o', 'ConnectTimeout=15', '-o', 'BatchMode=yes', '-T', ...options, ...login, ...port, '--', host];
  return new SshSocket(
    spawn('ssh', [...words, 'docker', ...socket, 'system', 'dial-stdio'], { stdio: 'pipe', windowsHide: true }),
  );
}

module.exports = { dialSsh };
