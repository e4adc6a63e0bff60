import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTcpServer } from 'node:net';
import * as fc from 'fast-check';
import { anyCharacter } from '../../support/any-character';
import type { FakeEngine } from '../../support/fake-engine';
import { frame } from '../../support/fake-engine';
import type { GateResult } from '../../support/gate';
import { runGate, withEngine } from '../../support/gate';
import { describeWith } from '../../support/programs';
import { entryHeader, filesOf, tarOf } from '../../support/tar';
import { engineAddress } from '../../../programs/gate/address';
import { readArguments } from '../../../programs/gate/arguments';
import { demultiplex, lastLines } from '../../../programs/gate/streams';
import { renameFile } from '../../../programs/gate/tar';

const JOB = ['job', '--container', 'done', '--timeout', '600'];
const SUCCESS: GateResult = { code: 0, lines: [''] };

/** Starts a server on a free port of this machine for the time of a test. */
async function listening<T>(server: Server, test: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await test((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
}

/** The words that refuse an engine, without the words of the operating system. */
function complaint({ code, lines }: GateResult): unknown {
  return { code, lines: lines.map((line) => line.replace(/ cannot be reached: .*/, ' cannot be reached')) };
}

describe('the arguments', () => {
  test.each<[string[], string]>([
    [[], '"" is not a command'],
    [['toString'], '"toString" is not a command'],
    [['job', '--container', 'x', '--timeout', '1', 'more'], '"more" stands where an option should'],
    [['job', '--timeout', '1'], 'job needs --container'],
    [['job', '--container', 'x'], 'job needs --timeout'],
    [['job', '--container', 'x', '--timeout', '1', '--grace', '1'], 'job takes no --grace'],
    [['job', '--container', 'x', '--container', 'y', '--timeout', '1'], 'job takes one --container'],
    [['job', '--container', 'x', '--timeout', ''], '--timeout "" is not a number of seconds between 0 and 86400'],
    [['job', '--container', 'x', '--timeout', '-1'], "Option '--timeout' argument is ambiguous."],
    [['job', '--container', 'x', '--timeout', '1e9'], '--timeout "1e9" is not a number of seconds between 0 and 86400'],
    [['job', '--container', '../x', '--timeout', '1'], '--container "../x" is not an id or name of a container'],
    [['handover', '--container', 'x', '--name', 'x', '--predecessors', 'l'], '--predecessors "l" is not LABEL=VALUE'],
    [
      [
        'reload',
        '--container',
        'x',
        '--name',
        'x',
        '--target',
        'l=v',
        '--staged',
        '/a',
        '--staged',
        '/b',
        '--live',
        '/c',
      ],
      'each --staged needs its --live',
    ],
    [
      ['reload', '--container', 'x', '--name', 'x', '--target', 'l=v', '--staged', 'a', '--live', '/c'],
      '"a" is not an absolute path of a file',
    ],
    [
      ['reload', '--container', 'x', '--name', 'x', '--target', 'l=v', '--staged', '/a', '--live', '/c'],
      'GATE_EXEC "[1]" is not a JSON list of words',
    ],
  ])('%j are refused', (args, message) => {
    const attempt = (): unknown => readArguments(args, { GATE_EXEC: '[1]' });
    expect(attempt).toThrow(expect.objectContaining({ exitCode: 2, message: expect.stringContaining(message) }));
  });

  test.concurrent('that are refused end the program with the usage', async () => {
    const { code, lines } = await runGate(['wait']);
    expect({ code, lines: lines.slice(0, 2) }).toEqual({
      code: 2,
      lines: ['"wait" is not a command', 'usage: node main.cjs COMMAND --container ID [options]'],
    });
  });
});

describe('the address of the engine', () => {
  test('is that of the option, the context, the variable or the usual socket, in this order', () =>
    withEngine(async ({ directory }) => {
      const meta = join(directory, 'contexts/meta', createHash('sha256').update('nas').digest('hex'));
      mkdirSync(meta, { recursive: true });
      writeFileSync(join(meta, 'meta.json'), '{"Name":"nas","Endpoints":{"docker":{"Host":"ssh://nas"}}}');
      const environment = { DOCKER_CONFIG: directory, DOCKER_CONTEXT: 'nas', DOCKER_HOST: 'tcp://10.0.0.1' };
      const from = (options: { host?: string }, variables: Record<string, string>): unknown => {
        const { url, source } = engineAddress(options, variables);
        return [url, source];
      };
      expect(from({ host: 'tcp://a' }, environment)).toEqual(['tcp://a', 'from --host']);
      expect(from({}, environment)).toEqual(['ssh://nas', 'from the Docker context "nas"']);
      expect(from({}, { ...environment, DOCKER_CONTEXT: 'default' })).toEqual(['tcp://10.0.0.1', 'from DOCKER_HOST']);
      expect(from({}, {})).toEqual(['unix:///var/run/docker.sock', 'the usual address; DOCKER_HOST is not set']);
      expect(() => from({}, { ...environment, DOCKER_CONTEXT: 'gone' })).toThrow(
        'DOCKER_CONTEXT names "gone", which is not a Docker context of this user.',
      );
    }));

  test.each([
    ['unix:///run/d.sock', { http: { socketPath: '/run/d.sock' } }],
    ['npipe:////./pipe/docker_engine', { http: { socketPath: '\\\\.\\pipe\\docker_engine' } }],
    ['tcp://10.0.0.1', { http: { host: '10.0.0.1', port: 2375, secure: false } }],
    ['tcp://[::1]:99', { http: { host: '::1', port: '99', secure: false } }],
    ['http://host:80', { http: { host: 'host', port: '80', secure: false } }],
    ['https://host', { http: { host: 'host', port: 2376, secure: true } }],
  ])('%s is understood', (host, expected) => {
    expect(engineAddress({ host }, {})).toMatchObject(expected);
  });

  test.each(['', 'docker.sock', 'fd://3', 'tcp://', 'ssh://', 'unix'])('%j is refused or means the default', (host) => {
    const attempt = (): string => engineAddress({ host }, {}).url;
    if (host === '') expect(attempt()).toBe('unix:///var/run/docker.sock');
    else expect(attempt).toThrow(`${JSON.stringify(host)} (from --host) is not an address of a Docker Engine.`);
  });

  test('over TLS needs certificates that are there', () => {
    expect(() => engineAddress({ host: 'tcp://a', certPath: '/nowhere' }, {})).toThrow(
      '/nowhere holds neither ca.pem nor cert.pem, which are needed to trust the engine.',
    );
  });
});

describe('the connection', () => {
  test.concurrent('is tried again when it breaks, and errors of the engine are not', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'done', status: 'exited' });
      const faults: ('cut' | { status: number; message: string })[] = ['cut', 'cut'];
      engine.fault = () => faults.shift();
      expect(await runGate(JOB, { DOCKER_HOST: engine.url })).toEqual(SUCCESS);
      faults.push({ status: 500, message: 'out of files' }, 'cut');
      expect(await runGate(JOB, { DOCKER_HOST: engine.url })).toEqual({
        code: 1,
        lines: ['The Docker Engine failed: out of files'],
      });
      expect(faults).toEqual(['cut']);
    }),
  );

  test.concurrent('survives a restart of the engine in the middle of a wait', () =>
    withEngine(async (engine) => {
      const requests: string[] = [];
      engine.fault = (request) => (requests.push(request) > 1 && requests.length < 6 ? 'cut' : undefined);
      engine.add({ name: 'done', onLook: ({ State }, look) => void (look === 2 && (State.Status = 'exited')) });
      expect(await runGate(JOB, { DOCKER_HOST: engine.url })).toEqual(SUCCESS);
      expect(requests.filter((request) => request.startsWith('GET /containers/done/'))).toHaveLength(6);
    }),
  );

  test.concurrent('that cannot be made is one clear message with the address', async () => {
    const result = await runGate(JOB, { DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(result).toEqual({
      code: 1,
      lines: [
        'The Docker Engine at unix:///nowhere/docker.sock (from DOCKER_HOST) cannot be reached: connect ENOENT /nowhere/docker.sock',
        'Start it, or set DOCKER_HOST to the engine that Terraform uses.',
      ],
    });
  });

  test.concurrent('works over TCP, and refuses what is no engine', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'done', status: 'exited' });
      const tcp = createHttpServer((request, response) => engine.handle(request, response));
      expect(await listening(tcp, (port) => runGate([...JOB, '--host', `tcp://127.0.0.1:${port}`]))).toEqual(SUCCESS);
      const other = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
      const host = (port: number): string => `tcp://127.0.0.1:${port}`;
      const lines = await listening(other, async (port) => {
        const result = await runGate([...JOB, '--host', host(port)]);
        return result.lines.map((line) => line.replace(host(port), 'HOST'));
      });
      expect(lines[0]).toMatch(/^The Docker Engine at HOST \(from --host\) cannot be reached: Parse Error/);
    }),
  );

  test.concurrent('goes through ssh to the engine of another machine, with one login for all requests', () =>
    withEngine(async (engine) => {
      const logins = withSsh(engine, `socket.connect(${JSON.stringify(engine.socket)})`);
      engine.add({ name: 'done', onLook: ({ State }, look) => void (look === 3 && (State.Status = 'exited')) });
      const args = [...JOB, '--host', 'ssh://ops@nas.example:2222/run/d.sock', '--ssh-option=-4'];
      expect(await runGate(args, { PATH: `${engine.directory}:${process.env.PATH}` })).toEqual(SUCCESS);
      expect(logins()).toEqual([
        '-o ConnectTimeout=15 -o BatchMode=yes -T -4 -l ops -p 2222 -- nas.example docker --host unix:///run/d.sock system dial-stdio',
      ]);
    }),
  );

  test.concurrent('says what ssh says when it refuses', () =>
    withEngine(async (engine) => {
      withSsh(engine, "process.stderr.write('Permission denied (publickey).\\n', () => process.exit(255))");
      const result = await runGate(JOB, { DOCKER_HOST: 'ssh://nas', PATH: `${engine.directory}:${process.env.PATH}` });
      expect(result).toEqual({
        code: 1,
        lines: [
          'The Docker Engine at ssh://nas (from DOCKER_HOST) cannot be reached: ' +
            'ssh ended with exit code 255: Permission denied (publickey).',
          'Start it, or set DOCKER_HOST to the engine that Terraform uses.',
        ],
      });
    }),
  );
});

/** Puts a program named ssh into the engine's directory; the result tells how it was called. */
function withSsh({ directory }: FakeEngine, action: string): () => string[] {
  const calls = join(directory, 'calls');
  const program = `#!${process.execPath}
const socket = new (require('node:net').Socket)();
require('node:fs').appendFileSync(${JSON.stringify(calls)}, process.argv.slice(2).join(' ') + '\\n');
process.stdin.pipe(socket).pipe(process.stdout);
${action};
`;
  writeFileSync(join(directory, 'ssh'), program);
  chmodSync(join(directory, 'ssh'), 0o755);
  return () => readFileSync(calls, 'utf8').trim().split('\n');
}

describeWith('openssl', 'a connection over TLS', () => {
  /** An authority, a server and a client that it vouches for; the names of the files are those of Docker. */
  function certificates(directory: string): void {
    const openssl = (...args: string[]): void => {
      const { status, stderr } = spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    };
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
    openssl('req', '-x509', ...key, '-subj', '/CN=ca', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...key, ...signed, '-subj', '/CN=it', '-keyout', 'key.pem', '-out', 'cert.pem');
  }

  test('shows its certificate and trusts only the given authority', () =>
    withEngine(async (engine) => {
      const { directory } = engine;
      certificates(directory);
      engine.add({ name: 'done', status: 'exited' });
      const read = (name: string): Buffer => readFileSync(join(directory, name));
      const tls = { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
      const server = createHttpsServer({ ...tls, requestCert: true }, (request, response) =>
        engine.handle(request, response),
      );
      await listening(server, async (port) => {
        const host = `tcp://127.0.0.1:${port}`;
        expect(await runGate([...JOB, '--host', host, '--cert-path', directory])).toEqual(SUCCESS);
        expect(await runGate(JOB, { DOCKER_HOST: host, DOCKER_CERT_PATH: directory })).toEqual(SUCCESS);
        expect(await runGate(JOB, { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CONFIG: directory })).toEqual(
          SUCCESS,
        );
        const secure = host.replace('tcp', 'https');
        expect(complaint(await runGate([...JOB, '--host', secure]))).toEqual({
          code: 1,
          lines: [
            `The Docker Engine at ${secure} (from --host) cannot be reached`,
            'Start it, or set DOCKER_HOST to the engine that Terraform uses.',
          ],
        });
      });
    }));
});

describe('a stream of the engine', () => {
  test('is the text of both outputs in its order, whole characters across frames included', () => {
    const [first, second] = [frame('a ✓').subarray(0, 8 + 3), frame('b\n', 2)];
    first.writeUInt32BE(3, 4);
    const rest = Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 2]), Buffer.from('✓').subarray(1)]);
    expect(demultiplex(Buffer.concat([second, first, rest]))).toBe('b\na ✓');
  });

  test('of a terminal is taken as it is, and a cut one as far as it goes', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(demultiplex(Buffer.from(`x${text}`))).toBe(`x${text}`);
        expect(demultiplex(frame(`x${text}`))).toBe(`x${text}`);
      }),
    );
    expect(demultiplex(frame('complete').subarray(0, 12))).toBe('comp');
  });

  test('never steers a terminal, whatever a container prints', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(lastLines(`\u001b[2J${text}`, 5).join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('the name of a file in an archive', () => {
  const name = fc.stringMatching(/^[\w.-]{1,100}$/);

  test('is replaced; content, mode and owner stay', () => {
    const number = fc.integer({ min: 0, max: 0o7777777 });
    const file = fc.record({
      content: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: number,
      gid: number,
    });
    fc.assert(
      fc.property(name, name, file, (before, after, given) => {
        expect(filesOf(renameFile(tarOf(before, given), after))).toEqual({ [after]: given });
      }),
    );
  });

  test('is also dropped from an extended header, whose other records stay', () => {
    const extended = (...records: string[]): Buffer => {
      const text = Buffer.from(records.join(''));
      return Buffer.concat([entryHeader('PaxHeaders/x', 'x', text.length), text, Buffer.alloc(512 - text.length)]);
    };
    const file = { content: Buffer.from('text'), mode: 0o444, uid: 1, gid: 2 };
    const path = '17 path=old-name\n';
    const time = '20 mtime=1700000000\n';
    const tar = tarOf('old', file);
    expect(renameFile(Buffer.concat([extended(path), tar]), 'new')).toEqual(tarOf('new', file));
    expect(renameFile(Buffer.concat([extended(path, time), tar]), 'new')).toEqual(
      Buffer.concat([extended(time), tarOf('new', file)]),
    );
  });

  test.each<[string, () => Buffer, string]>([
    [
      'a name that is too long',
      () => renameFile(tarOf('a', { content: Buffer.alloc(1) }), 'n'.repeat(101)),
      'too long',
    ],
    ['an empty archive', () => renameFile(Buffer.alloc(1024), 'a'), 'the archive holds no complete file'],
    ['a directory', () => renameFile(entryHeader('d/', '5', 0), 'a'), 'the archive holds no complete file'],
    ['a cut file', () => renameFile(entryHeader('f', '0', 10), 'a'), 'the archive holds no complete file'],
  ])('is not replaced in %s', (_, attempt, message) => {
    expect(attempt).toThrow(message);
  });
});

describeWith('tar', 'an archive with a renamed file', () => {
  test.each(['ustar', 'pax', 'gnu'])('in the format %s is read by tar', (format) =>
    withEngine(async ({ directory }) => {
      const tar = (args: string[], input?: Buffer): Buffer => spawnSync('tar', args, { cwd: directory, input }).stdout;
      writeFileSync(join(directory, 'Caddyfile.next'), 'content ✓\n');
      const archive = tar(['-c', `--format=${format}`, '--mode=0440', '--owner=:12', '--group=:34', 'Caddyfile.next']);
      const renamed = renameFile(archive, 'Caddyfile');
      expect(tar(['-tv', '--numeric-owner', '-f', '-'], renamed).toString()).toMatch(
        /^-r--r----- 12\/34 +12 \S+ \S+ Caddyfile\n$/,
      );
      expect(tar(['-xO', '-f', '-'], renamed).toString()).toBe('content ✓\n');
    }),
  );
});
