import type { FakeContainer, FakeEngine } from '../../support/fake-engine';
import type { GateResult } from '../../support/gate';
import { LABEL, labels, runGate, withEngine } from '../../support/gate';

const HEALTHY = { Health: { Status: 'healthy', Log: [] } };
const CHECK = { Healthcheck: { Test: ['CMD', 'check'] } };

function gate(engine: FakeEngine, args: readonly string[], limits: unknown = { 'shop/db': 300 }): Promise<GateResult> {
  return runGate(args, { DOCKER_HOST: engine.url, GATE_PIDS_LIMITS: JSON.stringify(limits) });
}

const limitOf = ({ HostConfig }: FakeContainer): unknown => (HostConfig as { PidsLimit?: number }).PidsLimit;

describe('the limit of processes', () => {
  test.concurrent('is set before a container is called healthy, once', () =>
    withEngine(async (engine) => {
      const onLook = ({ State }: FakeContainer, look: number): void => {
        if (look > 2) Object.assign(State, HEALTHY);
      };
      const db = engine.add({ name: 'db', labels: labels('1'), config: CHECK, onLook });
      const { code } = await gate(engine, ['healthy', '--container', db.Id, '--timeout', '600']);
      expect({ code, limit: limitOf(db) }).toEqual({ code: 0, limit: 300 });
      expect(engine.changes).toEqual(['POST /db/update']);
    }),
  );

  test.concurrent('is that of its workload where one gate looks at several', () =>
    withEngine(async (engine) => {
      const db = engine.add({ name: 'db', labels: labels('1'), config: CHECK, state: HEALTHY });
      const other = engine.add({
        name: 'other',
        labels: { ...labels('1'), 'docker-constructs.workload': 'shop/other' },
        config: CHECK,
        state: HEALTHY,
      });
      const args = ['healthy', '--container', db.Id, '--container', other.Id, '--timeout', '600'];
      expect(await gate(engine, args, { 'shop/db': 300, 'shop/other': 77 })).toMatchObject({ code: 0 });
      expect([limitOf(db), limitOf(other)]).toEqual([300, 77]);
    }),
  );

  test.concurrent('is set for a job that runs', () =>
    withEngine(async (engine) => {
      const onLook = (it: FakeContainer, look: number): void => {
        if (look > 2) Object.assign(it.State, { Status: 'exited', Running: false, ExitCode: 0 });
      };
      const db = engine.add({ name: 'db', labels: labels('1'), onLook });
      expect(await gate(engine, ['job', '--container', db.Id, '--timeout', '600'])).toMatchObject({ code: 0 });
      expect(limitOf(db)).toBe(300);
    }),
  );

  test.concurrent('that the engine refuses fails the gate, with the reason', () =>
    withEngine(async (engine) => {
      const db = engine.add({ name: 'db', labels: labels('1'), config: CHECK, state: HEALTHY });
      engine.fault = (request) => (request.includes('/update') ? { status: 500, message: 'no cgroup' } : undefined);
      const { code, lines } = await gate(engine, ['healthy', '--container', db.Id, '--timeout', '600']);
      expect(code).toBe(1);
      expect(lines[0]).toBe('db could not be limited to 300 processes: no cgroup.');
    }),
  );

  test.concurrent('that changed is given to all containers of a label, and to no other', () =>
    withEngine(async (engine) => {
      const db = engine.add({ name: 'db', labels: labels('1') });
      const old = engine.add({ name: 'db-old', labels: labels('0'), status: 'exited' });
      const foreign = engine.add({ name: 'foreign', labels: { 'docker-constructs.workload': 'blog/db' } });
      expect(await gate(engine, ['limits', '--target', LABEL])).toEqual({ code: 0, lines: [''] });
      expect([db, old, foreign].map(limitOf)).toEqual([300, 300, undefined]);
    }),
  );

  test.concurrent.each([['[1]'], ['{"a":"b"}'], ['{"a":0}'], ['{'], ['null']])('%s is not a limit', (text) =>
    withEngine(async (engine) => {
      const { code, lines } = await runGate(['limits', '--target', LABEL], {
        DOCKER_HOST: engine.url,
        GATE_PIDS_LIMITS: text,
      });
      expect({ code, line: lines[0] }).toEqual({
        code: 2,
        line: `GATE_PIDS_LIMITS ${JSON.stringify(text)} is not a JSON record of whole numbers`,
      });
    }),
  );
});
