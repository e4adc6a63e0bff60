import type { FakeContainer, FakeContainerSpec, FakeEngine } from '../../support/fake-engine';
import { frame } from '../../support/fake-engine';
import type { GateResult } from '../../support/gate';
import { failedName, gateFor, LABEL, labels, restartPolicy, runGate, setAside, withEngine } from '../../support/gate';

/** For so long (milliseconds) a container without a health check has to run, where nothing else may go. */
const STEADY = 500;
const CHECK = { Test: ['CMD', 'check'] };
const health = (Status: string, ...outputs: string[]): Partial<FakeContainer['State']> => ({
  Health: { Status, Log: outputs.map((Output) => ({ ExitCode: 1, Output })) },
});
const AGAIN = 'Correct the cause and apply again; nothing that depends on it was changed.';

describe('healthy', () => {
  const healthy = (engine: FakeEngine, container: string, ...args: string[]): Promise<GateResult> =>
    gateFor(engine, 'healthy', container, '--timeout', '600', ...args);

  test.concurrent('succeeds as soon as the engine finds the container healthy', () =>
    withEngine(async (engine) => {
      const onExec = (): { exitCode: number } => ({ exitCode: 1 });
      const onLook = ({ State }: FakeContainer, look: number): void => {
        Object.assign(State, health(look < 3 ? 'starting' : 'healthy'));
      };
      const api = engine.add({ name: 'api', config: { Healthcheck: CHECK }, onExec, onLook });
      const { code, lines } = await healthy(engine, api.Id);
      expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringMatching(/^Healthy after \d\.\d s\.$/)] });
      expect(api.looks).toBe(3);
      expect(engine.changes).toEqual([]);
    }),
  );

  test.concurrent.each<[string, Partial<FakeContainer['Config']>, string[]]>([
    ['a command', { Healthcheck: CHECK }, ['check']],
    ['a shell line', { Healthcheck: { Test: ['CMD-SHELL', 'a && b'] } }, ['/bin/sh', '-c', 'a && b']],
    [
      "a line for the image's own shell",
      { Healthcheck: { Test: ['CMD-SHELL', 'a'] }, Shell: ['bash', '-ec'] },
      ['bash', '-ec', 'a'],
    ],
  ])('does not wait for the engine: runs %s of the health check itself', (_, config, command) =>
    withEngine(async (engine) => {
      const answers = [1, 1, 0];
      const onExec = (): { exitCode: number } => ({ exitCode: answers.shift() ?? 1 });
      const api = engine.add({ name: 'api', config, state: health('starting'), onExec });
      expect(await healthy(engine, api.Id, '--timeout', '600')).toMatchObject({ code: 0 });
      expect(api.commands).toEqual([command, command, command]);
    }),
  );

  test.concurrent('removes what an interrupted apply made and nobody knows of, and nothing that is younger', () =>
    withEngine(async (engine) => {
      const labels = (revision: string, role = 'service', workload = 'shop-test/api'): Record<string, string> => ({
        'docker-constructs.workload': workload,
        'docker-constructs.revision': revision,
        'docker-constructs.role': role,
      });
      const created = (name: string, at: number, of: Record<string, string>): FakeContainer =>
        engine.add({ name, created: at, labels: of, status: 'created' });
      created('lost', 100, labels('one'));
      created('files', 100, labels('one', 'files'));
      created('of-another', 100, labels('one', 'service', 'shop-test/worker'));
      engine.add({ name: 'before', created: 110, labels: labels('two') });
      created('of-the-apply-before', 120, labels('three'));
      const api = engine.add({ name: 'api', created: 200, labels: labels('four'), state: health('healthy') });
      created('replica', 200, labels('four'));
      const { code, lines } = await healthy(engine, api.Id);
      expect({ code, first: lines[0] }).toEqual({
        code: 0,
        first: 'Removed lost, which an interrupted apply left behind.',
      });
      expect(engine.changes).toEqual(['DELETE /lost']);
    }),
  );

  test.concurrent('watches one run of a container without a health check, and longer where another may go', () =>
    withEngine(async (engine) => {
      const Labels = { 'docker-constructs.workload': 'shop-test/worker' };
      const looksAt = async (name: string, onLook: FakeContainer['onLook']): Promise<number> => {
        const worker = engine.add({ name, config: { Healthcheck: { Test: ['NONE'] }, Labels }, onLook });
        expect(await healthy(engine, worker.Id)).toMatchObject({ code: 0 });
        expect(worker.commands).toEqual([]);
        return worker.looks;
      };
      const runFor = (container: FakeContainer, milliseconds: number): void => {
        container.State.StartedAt = new Date(Date.now() - milliseconds).toISOString();
      };
      const once = (container: FakeContainer, look: number): void => {
        if (look === 1) runFor(container, STEADY);
      };
      expect(await looksAt('first', once)).toBe(1);
      expect(await looksAt('second', once)).toBeGreaterThan(1);
      const restarting = (container: FakeContainer, look: number): void => {
        // A start to come counts from now, however late that is looked at.
        if (look <= 3) runFor(container, -60_000 * look);
        if (look === 3) container.RestartCount = 1;
      };
      expect(await looksAt('third', restarting)).toBeGreaterThan(3);
    }),
  );

  test.concurrent('looks at several containers side by side, and takes only those aside that fail', () =>
    withEngine(async (engine) => {
      const well = engine.add({ name: 'well' });
      const ended = engine.add({ name: 'ended', status: 'exited', log: 'no such table\n' });
      const { code, lines } = await healthy(engine, 'well', '--container', 'ended');
      expect([code, lines[0]]).toEqual([1, 'ended ended instead of becoming healthy.']);
      expect(lines).toContain('  no such table');
      expect(engine.summary()).toEqual(['well (running)', `ended-failed-${ended.Id.slice(0, 6)} (exited)`]);
      expect(await healthy(engine, 'well', '--container', well.Id)).toMatchObject({ code: 0 });
    }),
  );

  test.concurrent('leaves alone what an earlier apply made, and does not fail because of it', () =>
    withEngine(async (engine) => {
      const old = engine.add({ name: 'old', restarts: 5, created: 1000 });
      const recent = engine.add({ name: 'recent', created: 2000 });
      expect(await healthy(engine, old.Id, '--container', recent.Id)).toMatchObject({ code: 0 });
      const beside = engine.add({ name: 'beside', restarts: 5, created: 1900 });
      const { lines } = await healthy(engine, beside.Id, '--container', recent.Id);
      expect(lines[0]).toBe('beside ends again and again.');
    }),
  );

  test.concurrent('counts from the start of that run, which may be over before it looks', () =>
    withEngine(async (engine) => {
      const worker = engine.add({ name: 'worker' });
      expect(await healthy(engine, worker.Id)).toMatchObject({ code: 0 });
      expect(worker.looks).toBe(1);
    }),
  );

  test.concurrent('says why an unhealthy container is unhealthy, sets it aside and shows none of its variables', () =>
    withEngine(async (engine) => {
      const outputs = ['one', 'two', 'three', 'four', 'five', 'six\nlast \u001b[31mred\u001b[0m\u0007'];
      const api = engine.add({
        name: 'api-1',
        config: { Healthcheck: CHECK },
        state: health('unhealthy', ...outputs),
        restart: 'always',
        log: Buffer.concat([frame('to output\n'), frame('to \u001b]0;title\u0007errors\r\n', 2)]),
      });
      expect(await healthy(engine, api.Id)).toEqual({
        code: 1,
        lines: [
          'api-1 is unhealthy.',
          'State: running, health unhealthy.',
          'Its last health checks:',
          ...['two', 'three', 'four', 'five', 'six / last red'].map((output) => `  exit code 1: ${output}`),
          'Its last log lines:',
          '  to output',
          '  to errors',
          ...setAside(failedName(api)),
          AGAIN,
        ],
      });
      expect(engine.changes).toEqual([
        `POST /api-1/rename?name=${failedName(api)}`,
        `POST /${failedName(api)}/update`,
        `POST /${failedName(api)}/stop?t=10`,
      ]);
      expect(restartPolicy(api)).toBe('no');
    }),
  );

  test.concurrent.each<[string, Partial<FakeContainerSpec>, string[]]>([
    [
      'that ended',
      { status: 'exited', state: { ExitCode: 127 }, log: 'sh: no\n' },
      ['api ended instead of becoming healthy.', 'State: exited.', 'Exit code: 127 (the program was not found).'],
    ],
    [
      'that was killed for its memory',
      { status: 'exited', state: { ExitCode: 137, OOMKilled: true }, memory: 2 ** 28 },
      [
        'api ended instead of becoming healthy.',
        'State: exited.',
        'Exit code: 137 (it was killed).',
        'It was killed because it needed more memory than it may have (256 MiB); state more `memory`.',
      ],
    ],
    [
      'that restarts again and again',
      { status: 'restarting', restarts: 3, state: { ExitCode: 1 } },
      ['api ends again and again.', 'State: restarting, restarted 3 times.', 'Exit code: 1.'],
    ],
    [
      'that cannot be started',
      { status: 'created', state: { ExitCode: 128, Error: 'no such user' } },
      ['api could not be started.', 'State: created.', 'Exit code: 128.', 'Error: no such user'],
    ],
    ['that is dead', { status: 'dead' }, ['api ended instead of becoming healthy.', 'State: dead.', 'Exit code: 0.']],
  ])('gives up at once on a container %s', (_, spec, reasons) =>
    withEngine(async (engine) => {
      const api = engine.add({ name: 'api', ...spec });
      const { code, lines } = await healthy(engine, api.Id);
      expect({ code, lines: lines.slice(0, reasons.length + 1) }).toEqual({
        code: 1,
        lines: [...reasons, 'Its last log lines:'],
      });
      expect(api.looks).toBeLessThan(5);
      expect(api.Name).toBe(`/${failedName(api)}`);
    }),
  );

  test.concurrent('gives up at the deadline, with what its own check said while the engine has made none', () =>
    withEngine(async (engine) => {
      const onExec = (): { exitCode: number; output: string } => ({ exitCode: 7, output: 'not yet' });
      const config = { Healthcheck: CHECK, StopTimeout: 42 };
      const api = engine.add({ name: 'api', config, state: health('starting'), onExec, log: 'x'.repeat(1100) });
      const { code, lines } = await healthy(engine, api.Id, '--timeout', '3');
      expect({ code, lines }).toEqual({
        code: 1,
        lines: [
          'api did not become healthy within 3 s.',
          'State: running, health starting.',
          'Its last health checks:',
          '  exit code 7: not yet',
          'Its last log lines:',
          `  ${'x'.repeat(1000)} …`,
          ...setAside(failedName(api)),
          AGAIN,
        ],
      });
      expect(engine.changes).toContain(`POST /${failedName(api)}/stop?t=42`);
    }),
  );

  test.concurrent('runs no second check beside one that hangs', () =>
    withEngine(async (engine) => {
      const config = { Healthcheck: CHECK };
      const api = engine.add({ name: 'api', config, state: health('starting'), onExec: () => undefined });
      expect(await healthy(engine, api.Id, '--timeout', '1')).toMatchObject({ code: 1 });
      expect(api.commands).toEqual([['check']]);
    }),
  );

  test.concurrent('says that a container was removed while it started', () =>
    withEngine(async (engine) => {
      const onLook = (container: FakeContainer, look: number): void => {
        container.State.StartedAt = new Date().toISOString();
        if (look === 2) engine.remove(container);
      };
      engine.add({ name: 'api', onLook });
      expect(await healthy(engine, 'api')).toEqual({
        code: 1,
        lines: ['api was removed while it started.', AGAIN],
      });
    }),
  );

  test.concurrent('finds a free name when its first choice is taken, and keeps the name of what failed before', () =>
    withEngine(async (engine) => {
      const api = engine.add({ name: 'api', status: 'exited' });
      engine.add({ name: failedName(api), status: 'exited' });
      await healthy(engine, api.Id);
      expect(api.Name).toBe(`/api-failed-${api.Id.slice(0, 12)}`);
      await healthy(engine, api.Id);
      expect(api.Name).toBe(`/api-failed-${api.Id.slice(0, 12)}`);
    }),
  );

  test.concurrent('names the memory of a container that was started again since', () =>
    withEngine(async (engine) => {
      const onLook = (container: FakeContainer, look: number): void => {
        const end = { Status: 'restarting', Restarting: true, OOMKilled: true, ExitCode: 137 };
        const next = { Status: 'running', Restarting: false, OOMKilled: false, ExitCode: 0 };
        Object.assign(container.State, look === 1 ? end : next);
        container.RestartCount = look === 1 ? 2 : 3;
      };
      const { Id } = engine.add({ name: 'api', status: 'restarting', restarts: 2, memory: 2 ** 26, onLook });
      const { code, lines } = await healthy(engine, Id);
      expect({ code, lines: lines.slice(0, 4) }).toEqual({
        code: 1,
        lines: [
          'api ends again and again.',
          'State: running, restarted 3 times.',
          'Exit code: 137 (it was killed).',
          'It was killed because it needed more memory than it may have (64 MiB); state more `memory`.',
        ],
      });
    }),
  );

  test.concurrent('renames after the stop where the engine cannot do it between two restarts', () =>
    withEngine(async (engine) => {
      const api = engine.add({ name: 'api', status: 'restarting', restarts: 3 });
      engine.fault = (request) =>
        request.includes('/rename') && api.State.Running ? { status: 500, message: 'no sandbox' } : undefined;
      const { lines } = await healthy(engine, api.Id);
      expect(lines).toEqual(expect.arrayContaining(setAside(failedName(api))));
    }),
  );

  test.concurrent('changes its restarts once more where it ended just then', () =>
    withEngine(async (engine) => {
      const api = engine.add({ name: 'api', status: 'restarting', restarts: 3, restart: 'always' });
      const refusals = Array.from({ length: 2 }, () => ({ status: 500, message: 'cannot update a stopped container' }));
      engine.fault = (request) => (request.includes('/update') ? refusals.shift() : undefined);
      const { lines } = await healthy(engine, api.Id);
      expect(lines).toEqual(expect.arrayContaining(setAside(failedName(api))));
      expect([refusals, restartPolicy(api)]).toEqual([[], 'no']);
    }),
  );

  test.concurrent('says what to do by hand when the container cannot be set aside', () =>
    withEngine(async (engine) => {
      const api = engine.add({ name: 'api', status: 'exited' });
      engine.fault = (request) => (request.includes('/stop') ? { status: 500, message: 'stuck' } : undefined);
      const { code, lines } = await healthy(engine, api.Id);
      expect({ code, lines: lines.slice(-3) }).toEqual({
        code: 1,
        lines: [
          'It could not be set aside: stuck',
          `Remove it before the next apply: docker rm -f ${api.Id.slice(0, 12)}`,
          AGAIN,
        ],
      });
    }),
  );

  test.concurrent('starts again what the handover stopped last, and makes the next apply hand over again', () =>
    withEngine(async (engine) => {
      const ended = (FinishedAt: string): FakeContainerSpec['state'] => ({ FinishedAt });
      const at = (hour: number): string => `2026-01-01T${hour}:00:00.123456789Z`;
      const db = engine.add({ name: 'db-4', labels: labels('4'), status: 'exited', state: ended(at(23)) });
      engine.add({ name: 'db-1', labels: labels('1'), status: 'exited', state: ended(at(10)) });
      const last = engine.add({
        name: 'db-2',
        labels: labels('2'),
        status: 'exited',
        state: ended(at(11)),
        restart: 'no',
      });
      engine.add({ name: 'db-3-failed-0a1b2c', labels: labels('3'), status: 'exited', state: ended(at(12)) });
      engine.add({ name: 'db-4b', labels: labels('4'), status: 'exited', state: ended(at(13)) });
      engine.add({ name: 'other', status: 'exited', state: ended(at(14)) });
      engine.add({ name: 'db-files-4', status: 'created' });
      const { code, lines } = await healthy(engine, db.Id, '--predecessors', LABEL, '--prepare', 'db-files-4');
      expect({ code, lines: lines.slice(-2) }).toEqual({
        code: 1,
        lines: ['Its predecessor db-2 was started again.', AGAIN],
      });
      expect(engine.summary()).toEqual([
        `${failedName(db)} (exited)`,
        'db-1 (exited)',
        'db-2 (running)',
        'db-3-failed-0a1b2c (exited)',
        'db-4b (exited)',
        'other (exited)',
      ]);
      expect(restartPolicy(last)).toBe('always');
    }),
  );

  test.concurrent('brings the predecessor back also when the new container has vanished', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'db-1', labels: labels('1'), status: 'exited' });
      engine.add({
        name: 'db-2',
        labels: labels('2'),
        status: 'exited',
        state: { FinishedAt: '2099-01-01T00:00:00Z' },
      });
      engine.add({ name: 'db-files-2', labels: { 'docker-constructs.revision': '2' }, status: 'created' });
      const { lines } = await healthy(engine, 'gone', '--predecessors', LABEL, '--prepare', 'db-files-2');
      expect(lines).toContain('Its predecessor db-1 was started again.');
      expect(engine.summary()).toEqual(['db-1 (running)', 'db-2 (exited)']);
    }),
  );

  test.concurrent('admits that a predecessor cannot be started, or ends at once', () =>
    withEngine(async (engine) => {
      const db = engine.add({ name: 'db-2', status: 'exited' });
      const onLook = ({ State }: FakeContainer): void => void (State.Status = 'exited');
      engine.add({ name: 'db-1', labels: labels('1'), status: 'exited', onLook });
      engine.fault = (request) => (request.includes('/start') ? { status: 500, message: 'port in use' } : undefined);
      const first = await healthy(engine, db.Id, '--predecessors', LABEL);
      engine.fault = () => undefined;
      const second = await healthy(engine, db.Id, '--predecessors', LABEL);
      expect([first.lines.at(-2), second.lines.at(-2)]).toEqual([
        'Its predecessor db-1 could not be started again: port in use',
        'Its predecessor db-1 was started again, but does not run. See: docker logs db-1',
      ]);
    }),
  );

  test.concurrent('frees the name, forgets the preparation and stops the container when it is interrupted', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'db-files', status: 'created' });
      const args = ['healthy', '--container', 'db', '--timeout', '600', '--prepare', 'db-files'];
      const result = runGate(args, { DOCKER_HOST: engine.url }, (child) => {
        const config = { Healthcheck: CHECK };
        const onLook = (_: FakeContainer, look: number): void => void (look === 2 && child.kill('SIGINT'));
        engine.add({ name: 'db', config, state: health('starting'), onExec: () => undefined, onLook });
      });
      expect(await result).toEqual({ code: 1, lines: ['Interrupted.'] });
      expect(engine.summary()).toEqual([expect.stringMatching(/^db-failed-[0-9a-f]{6} \(exited\)$/)]);
    }),
  );
});
