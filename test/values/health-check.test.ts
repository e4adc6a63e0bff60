import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Duration, HealthCheck, type HttpClient } from '../../lib/values';
import { describeWith, program, requireProgram } from '../support/programs';
import { acceptsOrRefuses, hostileNumber, hostileText } from './support';

describe('HealthCheck', () => {
  test('a command is run as it is', () => {
    const check = HealthCheck.command(['pg_isready', '-U', 'a "b" $c', '']);
    expect(check.test).toEqual(['CMD', 'pg_isready', '-U', 'a "b" $c', '']);
  });

  test('a line goes through the shell of the image', () => {
    expect(HealthCheck.shell('test -f /tmp/up && exit 0').test).toEqual(['CMD-SHELL', 'test -f /tmp/up && exit 0']);
  });

  test('checks every 10 seconds, waits 5, tries 3 times and starts counting after 30', () => {
    const { interval, timeout, retries, startPeriod } = HealthCheck.shell('true');
    expect([interval, timeout, startPeriod].map(String)).toEqual(['10s', '5s', '30s']);
    expect(retries).toBe(3);
  });

  test('keeps what it is given', () => {
    const options = {
      interval: Duration.seconds(4),
      timeout: Duration.seconds(4),
      retries: 7,
      startPeriod: Duration.millis(1),
    };
    expect(HealthCheck.shell('true', options)).toMatchObject(options);
  });

  test('the default timeout never exceeds a short interval', () => {
    expect(String(HealthCheck.shell('true', { interval: Duration.seconds(2) }).timeout)).toBe('2s');
  });

  test('its patience is the start period and every retry in full', () => {
    expect(String(HealthCheck.shell('true').startTimeout())).toBe('1m15s');
  });

  test('may take longer than the time between two checks, which the engine counts from the end of one', () => {
    const check = HealthCheck.shell('x', { interval: Duration.seconds(5), timeout: Duration.seconds(20), retries: 2 });
    expect([String(check.timeout), String(check.startTimeout())]).toEqual(['20s', '1m20s']);
  });

  test.each([
    [() => HealthCheck.command([]), 'health check program must be text that is not empty, got ""'],
    [() => HealthCheck.command(['a', 'b\0']), 'health check argument must not contain a NUL character, got "b\\u0000"'],
    [() => HealthCheck.shell(''), 'health check line must be text that is not empty, got ""'],
    [() => HealthCheck.shell('x', { interval: Duration.millis(0) }), 'health check interval must be longer than zero'],
    [() => HealthCheck.shell('x', { timeout: Duration.millis(0) }), 'health check timeout must be longer than zero'],
    [
      () => HealthCheck.shell('x', { startPeriod: Duration.millis(0) }),
      'health check startPeriod must be longer than zero',
    ],
    [() => HealthCheck.shell('x', { retries: 0 }), 'health check retries must be a whole number from 1, got 0'],
    [() => HealthCheck.shell('x', { retries: 1.5 }), 'health check retries must be a whole number from 1, got 1.5'],
    [
      () => http({ path: 'health' }),
      'health check path must start with "/" and hold no spaces or characters beyond ASCII, got "health"',
    ],
    [() => http({ path: '/a b' }), 'health check path must start with "/"'],
    [() => http({ path: '/a\r\nX: y' }), 'health check path must start with "/"'],
    [() => http({ host: '-x' }), 'health check host must be a host name or an IP address, got "-x"'],
    [() => http({ port: 0 }), 'a port must be a whole number between 1 and 65535, got 0'],
    [
      () => http({ client: 'telnet' as HttpClient }),
      'health check client must be one of curl, wget, python, node, got "telnet"',
    ],
    [() => http({ client: 'toString' as HttpClient }), 'health check client must be one of curl, wget, python, node'],
  ])('refuses bad input (%#)', (make, message) => {
    expect(make).toThrow(message);
  });

  test('accepts or refuses anything, with no other error', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileNumber, (a, b, number) => {
        acceptsOrRefuses(() => HealthCheck.command([a, b], { retries: number }));
        acceptsOrRefuses(() => HealthCheck.shell(a, { retries: number }).startTimeout());
        acceptsOrRefuses(() => http({ path: `/${a}`, host: b, port: 80 }));
      }),
    );
  });
});

describe('HealthCheck.http', () => {
  test.each([
    [
      'curl',
      [
        'curl',
        '--fail',
        '--silent',
        '--show-error',
        '--globoff',
        '--noproxy',
        '*',
        '--output',
        '/dev/null',
        '--max-time',
        '2.5',
        'http://127.0.0.1:80/',
      ],
    ],
    ['wget', ['timeout', '2', 'wget', '-q', '-t', '1', '-Y', 'off', '-O', '/dev/null', 'http://127.0.0.1:80/']],
    ['python', ['python3', '-I', '-S', '-c', expect.any(String), '127.0.0.1', '80', '127.0.0.1', '/', '2.5']],
    ['node', ['node', '-e', expect.any(String), '127.0.0.1', '80', '/', '2500']],
  ] as const)('asks with %s, no longer than the timeout', (client, command) => {
    const check = HealthCheck.http({ port: 80, client }, { timeout: Duration.millis(2500) });
    expect(check.test).toEqual(['CMD', ...command]);
  });

  test('puts IPv6 addresses in brackets where they are part of a URL', () => {
    expect(http({ host: '::1', client: 'curl' }).test.at(-1)).toBe('http://[::1]:80/');
    expect(http({ host: '::1', client: 'python' }).test.slice(-5)).toEqual(['::1', '80', '[::1]', '/', '5']);
    expect(http({ host: '::1', client: 'node' }).test.slice(-4)).toEqual(['::1', '80', '/', '5000']);
  });
});

describe('HealthCheck.http with the real client', () => {
  const PROBES: readonly Probe[] = [
    { client: 'curl', program: 'curl', needs: ['curl'] },
    { client: 'python', program: 'python3', needs: ['python3'] },
    { client: 'node', program: 'node', needs: ['node'] },
    { client: 'wget', program: 'wget', needs: ['wget', 'timeout'] },
    { client: 'wget', program: 'busybox', needs: ['busybox'] },
  ];
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host?.split(':')[0]} ${request.url}`);
    response.writeHead(Number(request.url?.slice(1, 4))).end('body');
  });
  const silent = createTcpServer(() => undefined);
  const applets = mkdtempSync(join(tmpdir(), 'applets-'));
  /** Asked all at once and first of all, because wget waits for a whole second. */
  const silences = new Map<string, Promise<number>>();

  beforeAll(async () => {
    await Promise.all([server, silent].map((each) => new Promise<void>((done) => each.listen(0, '127.0.0.1', done))));
    for (const probe of PROBES.filter(({ needs }) => needs.every((name) => program(name) !== undefined))) {
      if (probe.program === 'busybox') linkApplets(applets, 'wget', 'timeout');
      silences.set(probe.program, exitCode(probe, silent, '/200', Duration.millis(300)));
    }
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
    silent.close();
    rmSync(applets, { recursive: true });
  });

  const pathOf = (probe: Probe) => (probe.program === 'busybox' ? applets : process.env['PATH']);
  const exitCode = (probe: Probe, target: Server | TcpServer, page: string, timeout = Duration.seconds(5)) => {
    const { port } = target.address() as AddressInfo;
    const check = HealthCheck.http({ port, client: probe.client, path: page }, { timeout });
    return run(check.test.slice(1), pathOf(probe));
  };

  for (const probe of PROBES) {
    describeWith(probe.needs, `${probe.client} (${probe.program})`, () => {
      test('accepts a status below 400 and asks for exactly the path', async () => {
        const page = `/204/~a-b_c;d=1,2/%20?q={x}[1]&r='s"$HOME\`\\!|<>^*`;
        expect(await exitCode(probe, server, '/200')).toBe(0);
        expect(await exitCode(probe, server, page)).toBe(0);
        const [first, second = ''] = asked.splice(0);
        expect(first).toBe('GET 127.0.0.1 /200');
        // wget writes some characters in their escaped form, which names the same page.
        expect(decodeURIComponent(second)).toBe(decodeURIComponent(`GET 127.0.0.1 ${page}`));
      });

      test('refuses a status from 400 and a closed port', async () => {
        const codes = await Promise.all([
          exitCode(probe, server, '/400'),
          exitCode(probe, server, '/503'),
          run(http({ client: probe.client, port: await closedPort() }).test.slice(1), pathOf(probe)),
        ]);
        asked.splice(0);
        for (const code of codes) expect(code).toBeGreaterThan(0);
      });

      test('refuses a silent server', async () => {
        expect(await silences.get(probe.program)).toBeGreaterThan(0);
      });
    });
  }
});

interface Probe {
  readonly client: HttpClient;
  readonly program: string;
  /** Programs without which there is nothing to try. */
  readonly needs: readonly string[];
}

async function closedPort(): Promise<number> {
  const closed = createTcpServer();
  await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
  const { port } = closed.address() as AddressInfo;
  await new Promise((done) => closed.close(done));
  return port;
}

function http(target: Partial<Parameters<typeof HealthCheck.http>[0]>): HealthCheck {
  return HealthCheck.http({ port: 80, client: 'curl', ...target });
}

/** Makes the directory a search path on which these commands are busybox's. */
function linkApplets(directory: string, ...applets: string[]): void {
  for (const applet of applets) symlinkSync(requireProgram('busybox'), join(directory, applet));
}

/** An application may need a proxy; its health check must not. */
const PROXY = { http_proxy: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1', no_proxy: '', NO_PROXY: '' };

/** The exit code; fails when the program does not start or crashes. A hang ends in the time limit of the test. */
function run([program = '', ...args]: readonly string[], path: string | undefined): Promise<number> {
  return new Promise((done, fail) => {
    execFile(program, args, { env: { ...process.env, ...PROXY, PATH: path } }, (error) => {
      if (!error) done(0);
      else if (typeof error.code === 'number') done(error.code);
      // busybox's timeout is ended together with the program, which an engine reports as 128 + 15.
      else if (error.signal === 'SIGTERM') done(143);
      else fail(error);
    });
  });
}
