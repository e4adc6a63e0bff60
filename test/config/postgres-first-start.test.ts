// Slow: starts servers of PostgreSQL.

import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderStartScript } from '../../lib/config';
import { freePorts } from '../support/free-ports';
import { describeWithPostgres, postgresPrograms } from '../support/programs';

const UNPRIVILEGED = 65534;
/** The entry point of the test images, which has the contract of the official one. */
const ENTRY_POINT = join(__dirname, '../e2e/images/postgres/docker-entrypoint.sh');

describeWithPostgres([15, 18], 'the first start', (major) => {
  const running: ChildProcess[] = [];
  const directories: string[] = [];

  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
  });

  /** A data directory, the image's entry point and one init script. */
  const prepare = (name: string, initScript: string): { readonly root: string; readonly data: string } => {
    const root = mkdtempSync(join(tmpdir(), 'first-start-'));
    directories.push(root);
    const [data, init, bin] = ['data', 'init', 'bin'].map((part) => join(root, part)) as [string, string, string];
    for (const directory of [data, init, bin]) mkdirSync(directory);
    const entryPoint = readFileSync(ENTRY_POINT, 'utf8')
      .replace('SCRIPTS=/docker-entrypoint-initdb.d', `SCRIPTS=${init}`)
      .replace('SOCKETS=/var/run/postgresql', `SOCKETS=${root}`)
      // In the image its default is the directory of the socket.
      .replace("PGHOST=''", `PGHOST=${root}`);
    writeFileSync(join(bin, 'docker-entrypoint.sh'), entryPoint, { mode: 0o755 });
    writeFileSync(join(init, name), initScript, { mode: 0o755 });
    if (process.getuid?.() === 0) for (const path of [root, data]) chownSync(path, UNPRIVILEGED, UNPRIVILEGED);
    chmodSync(root, 0o755);
    return { root, data };
  };

  interface Start {
    readonly ended: Promise<string>;
    readonly child: ChildProcess;
  }

  const start = async ({ root, data }: { readonly root: string; readonly data: string }): Promise<Start> => {
    const [port = 0] = await freePorts(1);
    const log = join(root, 'log');
    const script = renderStartScript({
      majorVersion: major,
      mountPath: root,
      dataDirectory: data,
      volumeUsers: 'docker ps --filter volume=NAME',
    });
    const options = [
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      `unix_socket_directories=${root}`,
      '-c',
      'fsync=off',
    ];
    const child = spawn('/bin/sh', ['-c', script, 'postgres', ...options], {
      cwd: root,
      detached: true,
      stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')],
      ...(process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {}),
      env: {
        PATH: [join(root, 'bin'), postgresPrograms(major), process.env.PATH ?? ''].join(':'),
        PGDATA: data,
        PGHOST: root,
        PGPORT: String(port),
        PG_MAJOR: String(major),
        POSTGRES_USER: 'postgres',
        POSTGRES_DB: 'shop',
        POSTGRES_INITDB_ARGS: '--no-sync',
      },
    });
    running.push(child);
    const ended = new Promise<string>((resolve) =>
      child.on('exit', () => {
        endServer(data);
        resolve(readFileSync(log, 'utf8'));
      }),
    );
    return { child, ended };
  };
  /** Text of the server's pid file; empty where there is none. A server that ends removes it at any moment. */
  const pidFile = (data: string): string => {
    try {
      return readFileSync(join(data, 'postmaster.pid'), 'utf8');
    } catch {
      return '';
    }
  };
  /** Ends the server for init scripts, as the end of a container does. */
  const endServer = (data: string): void => {
    const pid = Number(pidFile(data).split('\n')[0]);
    if (pid === 0) return;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const mark = (data: string): boolean => existsSync(join(data, 'docker-constructs.first-start'));
  const isServing = ({ data }: { readonly data: string }, child: ChildProcess): boolean => {
    const text = pidFile(data);
    return text.startsWith(`${child.pid}\n`) && text.includes('ready');
  };
  const kill = ({ child }: Start): boolean => process.kill(-(child.pid ?? 0), 'SIGKILL');
  const REFUSAL = 'The first start on this volume was cut off, so its database is only half made. Nothing was changed.';

  test('that completes leaves no mark, and the next one takes the data', async () => {
    const place = prepare('1.sql', 'create table made (id int)');
    for (const args of ['init process complete', 'Skipping initialization']) {
      const started = await start(place);
      await until(() => isServing(place, started.child) && !mark(place.data));
      started.child.kill('SIGINT');
      expect(await started.ended).toContain(args);
    }
  });

  test('keeps a second server from the volume as long as the first one runs', async () => {
    const place = prepare('1.sql', 'create table made (id int)');
    const first = await start(place);
    await until(() => isServing(place, first.child) && !mark(place.data));
    const second = await start(place);
    const log = (): string => readFileSync(join(place.root, 'log'), 'utf8');
    await until(() => log().includes('Another container runs a server on this volume. Waiting until it ends.'));
    expect(isServing(place, first.child)).toBe(true);
    first.child.kill('SIGINT');
    await until(() => isServing(place, second.child));
    second.child.kill('SIGINT');
    expect(await second.ended).not.toContain('Nothing was changed.');
  });

  test('ends at once when it is stopped while it waits for the volume', async () => {
    const place = prepare('1.sql', 'create table made (id int)');
    const first = await start(place);
    await until(() => isServing(place, first.child) && !mark(place.data));
    const second = await start(place);
    await until(() => readFileSync(join(place.root, 'log'), 'utf8').includes('Waiting until it ends.'));
    const code = new Promise((resolve) => second.child.on('exit', resolve));
    second.child.kill('SIGINT');
    expect(await code).toBe(143);
    first.child.kill('SIGINT');
    await first.ended;
  });

  test.each([
    ['an SQL error', '1.sql', 'create table first_half (); nonsense', /syntax error at or near "nonsense"/],
    ['a script that fails', '1.sh', '#!/bin/sh\necho the words of the script >&2\nexit 3', /the words of the script/],
    [
      'a script with Windows line ends',
      '1.sh',
      '#!/bin/sh\r\nexit 0\r\n',
      /1\.sh: (cannot execute|bad interpreter|No such file)/,
    ],
  ])(
    'with %s ends with its words, and the next one refuses the data',
    async (_, name, script, args) => {
      const place = prepare(name, script);
      expect(await (await start(place)).ended).toMatch(args);
      const again = await (await start(place)).ended;
      expect(again).toContain(REFUSAL);
      expect(again).not.toContain('Skipping initialization');
    },
    60_000,
  );

  test('that is killed in an init script is not taken for a complete one', async () => {
    const place = prepare('1.sql', 'create table first_half (); select pg_sleep(300); create table second_half ()');
    const started = await start(place);
    await until(() => pidFile(place.data).includes('ready') && mark(place.data));
    kill(started);
    await started.ended;
    expect(await (await start(place)).ended).toContain(REFUSAL);
  });

  test('that is killed while the data directory is made is not taken for a complete one', async () => {
    const place = prepare('1.sql', 'select 1');
    const started = await start(place);
    await until(() => mark(place.data));
    kill(started);
    await started.ended;
    expect(await (await start(place)).ended).toContain(REFUSAL);
  });
});
