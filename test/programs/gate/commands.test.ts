import type { FakeContainer, FakeEngine, FakeExec } from '../../support/fake-engine';
import type { GateResult } from '../../support/gate';
import { failedName, gateFor, LABEL, labels, restartPolicy, runGate, setAside, withEngine } from '../../support/gate';
import type { TarFile } from '../../support/tar';

describe('job', () => {
  const job = (engine: FakeEngine, container: string, timeout = '600'): Promise<GateResult> =>
    gateFor(engine, 'job', container, '--timeout', timeout);

  test.concurrent('succeeds silently when the job ends with exit code 0', () =>
    withEngine(async (engine) => {
      const onLook = ({ State }: FakeContainer, look: number): void => {
        if (look === 3) State.Status = 'exited';
      };
      engine.add({ name: 'migrate', onLook });
      expect(await job(engine, 'migrate')).toEqual({ code: 0, lines: [''] });
      expect(engine.changes).toEqual([]);
    }),
  );

  test.concurrent('repeats the warnings of a job that succeeded, and nothing else of its log', () =>
    withEngine(async (engine) => {
      const log = 'made the role\ndocker-constructs warning: [shop/Postgres] sorted by another system\nWARNING: old\n';
      const { Id } = engine.add({ name: 'role', status: 'exited', log });
      expect(await job(engine, Id)).toEqual({ code: 0, lines: ['Warning: [shop/Postgres] sorted by another system'] });
    }),
  );

  test.concurrent('says why a job failed, with the end of its log, and sets it aside', () =>
    withEngine(async (engine) => {
      const log = Array.from({ length: 60 }, (_, index) => `line ${index + 1}\n`).join('');
      const state = { ExitCode: 3 };
      const migrate = engine.add({ name: 'migrate', status: 'exited', state, log });
      expect(await job(engine, migrate.Id)).toEqual({
        code: 1,
        lines: [
          'The job migrate failed.',
          'State: exited.',
          'Exit code: 3.',
          'Its last log lines:',
          ...Array.from({ length: 50 }, (_, index) => `  line ${index + 11}`),
          ...setAside(failedName(migrate)),
          'Correct the cause and apply again; nothing that waits for this job was changed.',
        ],
      });
    }),
  );

  test.concurrent('stops a job that takes too long, and tells that its log is not readable', () =>
    withEngine(async (engine) => {
      engine.fault = (request) => (request.includes('/logs') ? { status: 501, message: 'driver none' } : undefined);
      const migrate = engine.add({ name: 'migrate', config: { StopTimeout: 3 } });
      const { code, lines } = await job(engine, migrate.Id, '0.3');
      expect({ code, lines: lines.slice(0, 4) }).toEqual({
        code: 1,
        lines: [
          'The job migrate had not ended after 0.3 s.',
          'State: running.',
          'Its last log lines:',
          '  (not readable: driver none)',
        ],
      });
      expect(engine.changes.at(-1)).toBe(`POST /${failedName(migrate)}/stop?t=3`);
    }),
  );

  test.concurrent('says that a job was removed', () =>
    withEngine(async (engine) => {
      expect(await job(engine, 'gone')).toEqual({
        code: 1,
        lines: ['The job gone was removed before it had ended.', 'Apply again: it runs once more.'],
      });
    }),
  );
});

describe('handover', () => {
  const handover = (engine: FakeEngine): Promise<GateResult> =>
    gateFor(engine, 'handover', 'db-files', '--name', 'db-files-of-before', '--predecessors', LABEL, '--grace', '7');

  test.concurrent('is silent when nothing runs', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'db-files', status: 'created' });
      engine.add({ name: 'db-1', labels: labels('1'), status: 'exited' });
      engine.add({ name: 'other' });
      expect(await handover(engine)).toEqual({ code: 0, lines: [''] });
      expect(engine.changes).toEqual([]);
    }),
  );

  test.concurrent('stops what runs, each in its own time, and leaves its own revision and others alone', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'db-files', labels: { 'docker-constructs.revision': '3' }, status: 'created' });
      engine.add({ name: 'db-1', labels: labels('1'), config: { Labels: labels('1'), StopTimeout: 60 } });
      engine.add({ name: 'db-2', labels: labels('2'), status: 'paused' });
      engine.add({ name: 'db-3', labels: labels('3') });
      engine.add({ name: 'db-3-failed-0a1b2c', labels: labels('3') });
      engine.add({ name: 'other' });
      const { code, lines } = await handover(engine);
      expect({ code, lines: [...lines].sort() }).toEqual({
        code: 0,
        lines: ['db-1', 'db-2', 'db-3-failed-0a1b2c'].map(
          (name) => `Stopped ${name}, which makes room for its successor.`,
        ),
      });
      expect([...engine.changes].sort()).toEqual([
        'POST /db-1/stop?t=60',
        'POST /db-2/stop?t=7',
        'POST /db-2/unpause',
        'POST /db-3-failed-0a1b2c/stop?t=7',
        'POST /db-files/rename?name=db-files-of-before',
      ]);
      expect(engine.summary()).toContain('db-3 (running)');
    }),
  );

  test.concurrent('stops a container so that the engine does not start it again with itself', () =>
    withEngine(async (engine) => {
      const always = engine.add({ name: 'db-1', labels: labels('1'), restart: 'always' });
      const other = engine.add({ name: 'db-2', labels: labels('2'), restart: 'unless-stopped' });
      expect(await handover(engine)).toMatchObject({ code: 0 });
      expect([always, other].map(restartPolicy)).toEqual(['no', 'unless-stopped']);
      expect(engine.changes.indexOf('POST /db-1/update')).toBeLessThan(engine.changes.indexOf('POST /db-1/stop?t=7'));
    }),
  );

  test.concurrent('hands nothing over when one cannot be stopped: starts the others again, and can be repeated', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'db-files', status: 'created' });
      const first = engine.add({ name: 'db-1', labels: labels('1'), restart: 'always' });
      const stuck = engine.add({ name: 'db-2', labels: labels('2'), restart: 'always' });
      engine.fault = (request) =>
        request.includes(`${stuck.Id}/stop`) ? { status: 500, message: 'stuck' } : undefined;
      expect(await handover(engine)).toEqual({
        code: 1,
        lines: [
          'Stopped db-1, which makes room for its successor.',
          'db-2 could not be stopped: stuck',
          'Started db-1 again.',
          'Nothing was handed over. Stop it by hand, or apply again.',
        ],
      });
      expect(engine.summary()).toEqual(['db-files (created)', 'db-1 (running)', 'db-2 (running)']);
      expect([first, stuck].map(restartPolicy)).toEqual(['always', 'always']);
    }),
  );
});

describe('reload', () => {
  const next = '/etc/caddy/Caddyfile.next';
  const live = '/etc/caddy/Caddyfile';
  const command = ['caddy', 'reload', '--config', next];
  const files = (): Record<string, TarFile> => ({
    [next]: { content: Buffer.from(':80 { respond "new — ✓" }\n'), mode: 0o444, uid: 1000, gid: 1001 },
    [live]: { content: Buffer.from('old') },
  });
  /** The writer is marked: it has another name than in the plan. */
  const start = [
    'reload',
    '--container',
    'writer',
    '--name',
    'planned',
    '--target',
    LABEL,
    '--staged',
    next,
    '--live',
    live,
  ];
  const reload = (engine: FakeEngine, args: readonly string[] = [], exec: readonly string[] = command) =>
    runGate([...start, ...args], {
      DOCKER_HOST: engine.url,
      GATE_EXEC: exec.length > 0 ? JSON.stringify(exec) : '',
    });

  test.concurrent('puts the file in place when nothing runs, with its owner and mode', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      engine.add({ name: 'proxy', labels: labels('1'), status: 'exited' });
      expect(await reload(engine)).toEqual({ code: 0, lines: [''] });
      expect(writer.files[live]).toEqual(files()[next]);
      expect(writer.files[next]).toEqual(files()[next]);
    }),
  );

  test.concurrent('lets every running program take the file over first, as the user of its container', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      const seen: string[] = [];
      const onExec = (): { exitCode: number } => {
        seen.push(writer.files[live]?.content.toString() ?? '');
        return { exitCode: 0 };
      };
      const proxies = ['1', '2'].map((number) => engine.add({ name: `proxy-${number}`, labels: labels('1'), onExec }));
      expect(await reload(engine)).toEqual({
        code: 0,
        lines: ['proxy-1 has the new configuration.', 'proxy-2 has the new configuration.'],
      });
      expect(proxies.map(({ commands }) => commands)).toEqual([[command], [command]]);
      expect(seen).toEqual(['old', 'old']);
      expect(writer.files[live]?.content).toEqual(files()[next]?.content);
    }),
  );

  const followed = ['--followed', '/etc/caddy/up.a', '--followed', '/etc/caddy/up.b'];
  const moving = (): Record<string, TarFile> => ({
    '/etc/caddy/up.a.next': { content: Buffer.from('api-2') },
    '/etc/caddy/up.b.next': { content: Buffer.from('api-2') },
    '/etc/caddy/up.a': { content: Buffer.from('api-1') },
  });

  test.concurrent(
    'puts followed files in place one after the other, and disturbs nobody when nothing else is new',
    () =>
      withEngine(async (engine) => {
        const same = {
          [next]: files()[next] as TarFile,
          [live]: { content: Buffer.from(':80 { respond "new — ✓" }\n') },
        };
        const writer = engine.add({ name: 'writer', status: 'created', files: { ...same, ...moving() } });
        const proxy = engine.add({ name: 'proxy', labels: labels('1') });
        expect(await reload(engine, followed)).toEqual({ code: 0, lines: [''] });
        expect(proxy.commands).toEqual([]);
        expect(engine.changes).toEqual(Array(2).fill('PUT /writer/archive?path=/etc/caddy'));
        expect(writer.files['/etc/caddy/up.a']?.content.toString()).toBe('api-2');
        expect(writer.files['/etc/caddy/up.b']?.content.toString()).toBe('api-2');
      }),
  );

  test.concurrent.each([
    ['another', files()],
    ['no', { [next]: files()[next] as TarFile }],
  ])('puts followed files in place before a program loads a new configuration over %s old one', (_, present) =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: { ...present, ...moving() } });
      const seen: (string | undefined)[] = [];
      const onExec = (): { exitCode: number } => {
        seen.push(writer.files['/etc/caddy/up.b']?.content.toString());
        return { exitCode: 0 };
      };
      engine.add({ name: 'proxy', labels: labels('1'), onExec });
      expect(await reload(engine, followed)).toEqual({ code: 0, lines: ['proxy has the new configuration.'] });
      expect(seen).toEqual(['api-2']);
      expect(writer.files[live]?.content).toEqual(files()[next]?.content);
    }),
  );

  test.concurrent('changes nothing when the program refuses the file, and shows what it says', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      const output = 'using config from file\nunrecognized directive: resp\n';
      engine.add({ name: 'proxy', labels: labels('1'), onExec: () => ({ exitCode: 1, output }) });
      expect(await reload(engine)).toEqual({
        code: 1,
        lines: [
          'proxy refuses the new configuration: exit code 1.',
          'It says:',
          '  using config from file',
          '  unrecognized directive: resp',
          'It keeps the configuration that it has; nothing was put in place.',
          'Correct the cause and apply again.',
        ],
      });
      expect(writer.files[live]?.content.toString()).toBe('old');
      expect(engine.changes).toEqual([]);
    }),
  );

  test.concurrent('marks its writer again where an apply repeats it, so that another kill repeats it, too', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'planned', status: 'created', files: files() });
      const args = start.map((word) => (word === 'writer' ? writer.Id : word));
      expect(await runGate(args, { DOCKER_HOST: engine.url })).toEqual({ code: 0, lines: [''] });
      expect(writer.Name).toMatch(/^\/planned-open-[0-9a-f]{6}$/);
      expect(writer.files[live]?.content).toEqual(files()[next]?.content);
    }),
  );

  test.concurrent('waits for a program that only just starts', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'writer', status: 'created', files: files() });
      const results = [
        'the container is restarting, wait until it runs',
        { exitCode: 1, output: 'dial tcp 127.0.0.1:2019: connect: connection refused' },
        { exitCode: 0 },
      ];
      const onLook = ({ State }: FakeContainer, look: number): void => void (State.Restarting = [2, 4].includes(look));
      const onExec = (): FakeExec | string | undefined => results.shift();
      const proxy = engine.add({ name: 'proxy', labels: labels('1'), onLook, onExec });
      expect(await reload(engine)).toEqual({ code: 0, lines: ['proxy has the new configuration.'] });
      expect(proxy.commands).toEqual([command, command, command]);
    }),
  );

  test.concurrent('forgives a command that was killed with the container it ran in', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      const onExec = (): FakeExec => {
        proxy.State.Running = false;
        return { exitCode: 137 };
      };
      const proxy = engine.add({ name: 'proxy', labels: labels('1'), onExec });
      expect((await reload(engine)).code).toBe(0);
      expect(writer.files[live]?.content).toEqual(files()[next]?.content);
    }),
  );

  test.concurrent('refuses a program that never listens, and cures one that cannot start', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      const onExec = (): { exitCode: number; output: string } => ({ exitCode: 1, output: 'connection refused' });
      const proxy = engine.add({ name: 'proxy', labels: labels('1'), onExec });
      const { code, lines } = await reload(engine, ['--timeout', '0.1']);
      expect([code, lines[0]]).toEqual([1, 'proxy refuses the new configuration: exit code 1.']);
      proxy.State.Restarting = true;
      expect(await reload(engine, ['--timeout', '0.1'])).toMatchObject({ code: 0 });
      expect(writer.files[live]?.content).toEqual(files()[next]?.content);
    }),
  );

  test.concurrent('sends the signal after all files are in place, for programs that read them again on it', () =>
    withEngine(async (engine) => {
      const more = { '/etc/b.next': { content: Buffer.from('b') } };
      const writer = engine.add({ name: 'writer', status: 'created', files: { ...files(), ...more } });
      engine.add({ name: 'nginx', labels: labels('1') });
      const args = ['--signal', 'HUP', '--staged', '/etc/b.next', '--live', '/etc/b'];
      expect(await reload(engine, args, [])).toEqual({ code: 0, lines: ['nginx has the new configuration.'] });
      expect(engine.changes).toEqual([
        'PUT /writer/archive?path=/etc/caddy',
        'PUT /writer/archive?path=/etc',
        'POST /nginx/kill?signal=HUP',
      ]);
      expect(writer.files['/etc/b']?.content.toString()).toBe('b');
    }),
  );

  test.concurrent('needs no signal for a program that makes room for its successor in between', () =>
    withEngine(async (engine) => {
      const writer = engine.add({ name: 'writer', status: 'created', files: files() });
      const onExec = (_command: readonly string[], { State }: { State: { Running: boolean } }) => {
        State.Running = false;
        return { exitCode: 0 };
      };
      engine.add({ name: 'prometheus', labels: labels('1'), onExec });
      expect((await reload(engine, ['--signal', 'HUP'])).code).toBe(0);
      expect(writer.Name).toBe('/writer');
    }),
  );

  test.concurrent('says so when the file is not there, and removes the writer, so that it is made again', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'writer', status: 'created' });
      expect(await reload(engine)).toEqual({
        code: 1,
        lines: [
          `The new configuration could not be put in place: Could not find the file ${next}`,
          'Correct the cause and apply again.',
        ],
      });
      expect(engine.summary()).toEqual([]);
    }),
  );
});
