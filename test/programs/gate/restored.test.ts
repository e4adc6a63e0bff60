import type { FakeContainer, FakeContainerSpec, FakeEngine } from '../../support/fake-engine';
import { gateFor, withEngine } from '../../support/gate';
import type { GateResult } from '../../support/gate';

const WORKLOAD = { 'docker-constructs.workload': 'shop/load' };
const NEW = 'shop-postgres-data-20261121103000';
const data = (name: string): Record<string, string> => ({ ...WORKLOAD, 'docker-constructs.data': name });
const NEVER = { StartedAt: '0001-01-01T00:00:00Z' };
const MADE = 100_000;

/** A job that was just made, and ends at once when it is started. */
async function run(engine: FakeEngine, labels: Record<string, string>, volume: string): Promise<GateResult> {
  const onLook: FakeContainer['onLook'] = ({ State }) => {
    if (State.Status === 'running') Object.assign(State, { Status: 'exited', Running: false });
  };
  const job = engine.add({ name: 'load-2', labels, status: 'created', state: NEVER, created: MADE, onLook });
  return gateFor(engine, 'job', job.Id, '--timeout', '5', '--data', volume);
}

const SKIPPED = [
  'The job load-2 was not run: its data was restored since its last run.',
  'To run it on the restored data: docker start --attach load-2',
];

describe('a job that must not undo a restore', () => {
  const before = (labels: Record<string, string>, state = {}): FakeContainerSpec => ({
    name: 'load-1',
    status: 'exited',
    labels,
    state,
  });
  const server = (created: number): FakeContainerSpec => ({ name: 'postgres', volumes: [NEW, 'same'], created });

  test.concurrent.each<[string, readonly FakeContainerSpec[], Record<string, string>, string]>([
    ['runs for the first time', [server(MADE - 60)], WORKLOAD, 'same'],
    ['runs on the data of its last run', [before(WORKLOAD)], WORKLOAD, 'same'],
    ['runs on the restored data of its last run', [before(data(NEW))], data(NEW), NEW],
    ['runs when it is new on data that was restored long ago', [server(MADE - 900)], data(NEW), NEW],
  ])('%s', (_, others, labels, volume) =>
    withEngine(async (engine) => {
      engine.volumes.same = {};
      for (const other of others) engine.add(other);
      expect(await run(engine, labels, volume)).toEqual({ code: 0, lines: [''] });
      expect(engine.changes).toEqual(['POST /load-2/start']);
    }),
  );

  test.concurrent.each<[string, readonly FakeContainerSpec[], Record<string, string>, string]>([
    ['its data was restored since its last run', [before(WORKLOAD)], data(NEW), NEW],
    ['the volume of before was put back', [before(data(NEW))], WORKLOAD, 'same'],
    [
      'it was skipped before, and this is the same deploy',
      [before(data(NEW), NEVER), server(MADE - 60)],
      data(NEW),
      NEW,
    ],
    ['nothing is known of a run, and all of the host is new', [server(MADE - 60)], WORKLOAD, 'restored'],
  ])('is not run when %s', (_, others, labels, volume) =>
    withEngine(async (engine) => {
      engine.volumes.same = {};
      engine.volumes.restored = { 'docker-constructs.restored': 'shop/postgres-backup' };
      for (const other of others) engine.add(other);
      expect(await run(engine, labels, volume)).toEqual({ code: 0, lines: SKIPPED });
      expect(engine.changes).toEqual([]);
    }),
  );

  test.concurrent('says why it could not be started', () =>
    withEngine(async (engine) => {
      engine.fault = (request) =>
        request.endsWith('/start') ? { status: 500, message: 'no such program' } : undefined;
      const state = { ...NEVER, Error: 'no such program', ExitCode: 127 };
      const { Id } = engine.add({ name: 'load-2', labels: WORKLOAD, status: 'created', state });
      const { code, lines } = await gateFor(engine, 'job', Id, '--timeout', '5', '--data', 'same');
      expect({ code, lines: lines.slice(0, 4) }).toEqual({
        code: 1,
        lines: [
          'The job load-2 could not be started.',
          'State: created.',
          'Exit code: 127 (the program was not found).',
          'Error: no such program',
        ],
      });
    }),
  );
});
