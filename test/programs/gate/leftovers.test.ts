import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { FakeContainer, FakeEngine } from '../../support/fake-engine';
import { GATE, withEngine } from '../../support/gate';

interface Outcome {
  readonly code: number | null;
  readonly lines: readonly string[];
  /** Ids that the gate noted as passed. */
  readonly passed: readonly string[];
}

interface Wanted {
  /** Ids that the state has. */
  readonly known: readonly string[];
  /** Ids of claims of the service `api`. */
  readonly claims?: readonly string[];
  /** Text of the state in place of one that is made of these. */
  readonly text?: string;
}

const labels = (revision: string, role = 'service', workload = 'shop-dev/api'): Record<string, string> => ({
  'docker-constructs.stack': 'shop-dev',
  'docker-constructs.role': role,
  'docker-constructs.revision': revision,
  ...(role === 'files' ? {} : { 'docker-constructs.workload': workload }),
});

/** Runs the gate as Terraform does, in the folder of a stack with a state. */
async function judge(
  engine: FakeEngine,
  args: readonly string[],
  { known, claims = [], text }: Wanted,
): Promise<Outcome> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gate-folder-'));
  try {
    const terraform = { backend: { local: { path: 'shop.tfstate' } } };
    fs.writeFileSync(path.join(folder, 'cdk.tf.json'), JSON.stringify({ terraform }));
    fs.writeFileSync(path.join(folder, 'shop.tfstate'), text ?? stateOf(known, claims));
    const child = spawn(process.execPath, [path.join(GATE, 'main.cjs'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, DOCKER_HOST: engine.url },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += String(chunk)));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const passed = path.join(folder, 'docker-constructs-passed');
    const noted = fs.existsSync(passed) ? fs.readFileSync(passed, 'utf8').trim().split('\n') : [];
    return { code, lines: output.trimEnd().split('\n'), passed: noted };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function stateOf(ids: readonly string[], claims: readonly string[]): string {
  const instances = (all: readonly string[]) => all.map((id) => ({ attributes: { id } }));
  return JSON.stringify({
    resources: [
      { type: 'docker_container', name: 'api', instances: instances(ids) },
      { type: 'terraform_data', name: 'api-revision', instances: instances(claims) },
    ],
  });
}

const healthy = ({ Id }: FakeContainer): readonly string[] => ['healthy', '--container', Id, '--timeout', '600'];

describe('what an apply left that was cut off', () => {
  test.concurrent('is removed when the state does not know it, and nothing of another service is', () =>
    withEngine(async (engine) => {
      const before = engine.add({ name: 'api-1', labels: labels('aaaa') });
      engine.add({ name: 'api-orphan', labels: labels('bbbb'), restart: 'always' });
      engine.add({ name: 'worker', labels: labels('cccc', 'service', 'shop-dev/worker') });
      engine.add({ name: 'files-orphan', labels: labels('dddd', 'files'), status: 'created' });
      engine.add({ name: 'files-in-the-making', labels: labels('eeee', 'files'), status: 'created' });
      const api = engine.add({ name: 'api-2', labels: labels('ffff') });
      const known = { known: [before.Id], claims: ['aaaa-1', 'dddd-1', 'ffff-1'] };
      const { code, lines, passed } = await judge(engine, healthy(api), known);
      expect([code, lines.slice(0, 2), passed]).toEqual([
        0,
        [
          'Removed api-orphan, which an interrupted apply left behind.',
          'Removed files-orphan, which an interrupted apply left behind.',
        ],
        [api.Id],
      ]);
      expect(engine.summary()).toEqual([
        'api-1 (running)',
        'worker (running)',
        'files-in-the-making (created)',
        'api-2 (running)',
      ]);
    }),
  );

  test.concurrent('is removed on its own, too, when the state knows the claim of its revision', () =>
    withEngine(async (engine) => {
      engine.add({ name: 'api-orphan', labels: labels('bbbb') });
      const api = engine.add({ name: 'api-2', labels: labels('bbbb') });
      expect(await judge(engine, healthy(api), { known: [], claims: ['bbbb-1'] })).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual(['api-2 (running)']);
    }),
  );

  test.concurrent.each([
    ['that is too old to know what serves', { known: ['gone'], claims: ['ffff-1'] }],
    ['that is encrypted', { known: [], text: '{"encrypted_data": "x"}' }],
  ])('is left alone with a state %s', (_, wanted) =>
    withEngine(async (engine) => {
      engine.add({ name: 'api-1', labels: labels('aaaa') });
      const api = engine.add({ name: 'api-2', labels: labels('ffff') });
      expect(await judge(engine, healthy(api), wanted)).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual(['api-1 (running)', 'api-2 (running)']);
    }),
  );
});

describe('a handover', () => {
  const workload = 'shop-dev/db';
  const args = ['handover', '--container', 'db-files', '--predecessors', `docker-constructs.workload=${workload}`];
  const files = (engine: FakeEngine, name: string): FakeContainer =>
    engine.add({ name, labels: labels('bbbb', 'files'), status: 'created' });
  const marked = expect.stringMatching(/^db-files-open-[0-9a-f]{6} \(created\)$/) as unknown;

  test.concurrent('is marked by the name of its preparation, and once', () =>
    withEngine(async (engine) => {
      const { Id } = files(engine, 'db-files');
      const open = ['open', '--container', Id, '--name', 'db-files'];
      expect(await judge(engine, open, { known: [] })).toMatchObject({ code: 0 });
      const [name] = engine.summary();
      expect(name).toEqual(marked);
      expect(await judge(engine, open, { known: [] })).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual([name]);
    }),
  );

  test.concurrent('that was cut off is marked by another name, as long as the first', () =>
    withEngine(async (engine) => {
      const { Id } = files(engine, 'db-files-open-0a1b2c');
      const open = ['open', '--container', Id, '--name', 'db-files-open-0a1b2c'];
      expect(await judge(engine, open, { known: [] })).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual([marked]);
      expect(engine.summary()).not.toContain('db-files-open-0a1b2c (created)');
    }),
  );

  test.concurrent('removes what an apply made of its own revision that was cut off', () =>
    withEngine(async (engine) => {
      files(engine, 'db-files');
      const before = engine.add({ name: 'db-1', labels: labels('aaaa', 'service', workload), status: 'exited' });
      engine.add({ name: 'db-orphan', labels: labels('bbbb', 'service', workload), restart: 'always' });
      const again = [...args, '--name', 'db-files'];
      const { code, lines } = await judge(engine, again, { known: [before.Id], claims: ['bbbb-1'] });
      expect([code, lines]).toEqual([0, ['Removed db-orphan, which an interrupted apply left behind.']]);
      expect(engine.summary()).toEqual([marked, 'db-1 (exited)']);
    }),
  );

  test.concurrent('is over where its own revision runs and the state knows it', () =>
    withEngine(async (engine) => {
      const { Id } = files(engine, 'db-files');
      const db = engine.add({ name: 'db-2', labels: labels('bbbb', 'service', workload) });
      const again = ['handover', '--container', Id, ...args.slice(3), '--name', 'db-files'];
      expect(await judge(engine, again, { known: [db.Id] })).toMatchObject({ code: 0, lines: [''] });
      expect(engine.summary()).toEqual(['db-files (created)', 'db-2 (running)']);
    }),
  );

  test.concurrent('leaves its own revision alone where the state cannot be read', () =>
    withEngine(async (engine) => {
      files(engine, 'db-files');
      engine.add({ name: 'db-2', labels: labels('bbbb', 'service', workload) });
      const again = [...args, '--name', 'db-files'];
      expect(await judge(engine, again, { known: [], text: '{"encrypted_data": "x"}' })).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual(['db-files (created)', 'db-2 (running)']);
    }),
  );

  test.concurrent('is over when all preparations have their first names again', () =>
    withEngine(async (engine) => {
      const preparations = ['db-files-open-0a1b2c', 'cache-files', 'gone-files'].map((name) => files(engine, name));
      const names = ['db-files', 'cache-files', 'gone-files'];
      const args = preparations.flatMap(({ Id }, index) => ['--container', Id, '--name', names[index] ?? '']);
      engine.containers.pop();
      expect(await judge(engine, ['close', ...args], { known: [] })).toMatchObject({ code: 0, lines: [''] });
      expect(engine.summary()).toEqual(['db-files (created)', 'cache-files (created)']);
    }),
  );

  test.concurrent('of a job that has ended and that the state knows is over', () =>
    withEngine(async (engine) => {
      const { Id } = files(engine, 'db-files');
      const job = engine.add({ name: 'db-2', labels: labels('bbbb', 'job', workload), status: 'exited' });
      const again = ['handover', '--container', Id, ...args.slice(3), '--name', 'db-files'];
      expect(await judge(engine, again, { known: [job.Id] })).toMatchObject({ code: 0 });
      expect(engine.summary()).toEqual(['db-files (created)', 'db-2 (exited)']);
    }),
  );
});

describe('a reload', () => {
  const writer = (engine: FakeEngine, name: string): FakeContainer => {
    const files = { '/etc/app/app.yml.next': { content: Buffer.from('new') } };
    return engine.add({ name, labels: labels('', 'config', 'shop-dev/proxy'), status: 'created', files });
  };

  test.concurrent(
    'removes writers of its configuration that the state does not know, marked or not, and no other',
    () =>
      withEngine(async (engine) => {
        writer(engine, 'shop-dev-proxy-config-00000001-open-0a1b2c');
        writer(engine, 'shop-dev-proxy-config-00000002');
        writer(engine, 'shop-dev-proxy-config-00000003-failed-0a1b2c');
        writer(engine, 'shop-dev-proxy-config-etc-other-00000004');
        const name = 'shop-dev-proxy-config-00000005';
        const { Id } = writer(engine, `${name}-open-3d4e5f`);
        const files = ['--staged', '/etc/app/app.yml.next', '--live', '/etc/app/app.yml'];
        const target = ['--target', 'docker-constructs.workload=shop-dev/proxy'];
        const args = ['reload', '--container', Id, '--name', name, ...target, ...files];
        expect(await judge(engine, args, { known: [Id] })).toMatchObject({ code: 0 });
        expect(engine.summary()).toEqual([
          'shop-dev-proxy-config-etc-other-00000004 (created)',
          `${name}-open-3d4e5f (created)`,
        ]);
      }),
  );
});

describe('a gate whose Terraform is gone', () => {
  test('takes its container back, and brings back what was stopped for it', () =>
    withEngine(async (engine) => {
      const workload = 'docker-constructs.workload=shop-dev/db';
      engine.add({ name: 'db-1', labels: labels('aaaa', 'service', 'shop-dev/db'), status: 'exited', restart: 'no' });
      engine.add({ name: 'db-files', labels: labels('bbbb', 'files'), status: 'created' });
      const db = engine.add({
        name: 'db-2',
        labels: labels('bbbb', 'service', 'shop-dev/db'),
        config: { Healthcheck: { Test: ['CMD', 'check'] } },
        state: { Health: { Status: 'starting', Log: [] } },
        onExec: () => undefined,
      });
      const args = [...healthy(db), '--predecessors', workload, '--prepare', 'db-files'];
      const terraform = spawn(
        '/bin/sh',
        ['-c', '"$@" & wait', 'sh', process.execPath, path.join(GATE, 'main.cjs'), ...args],
        {
          env: { PATH: process.env.PATH, DOCKER_HOST: engine.url },
          stdio: 'ignore',
        },
      );
      while (db.looks < 2) await pause(50);
      terraform.kill('SIGKILL');
      while (engine.summary().join() !== 'db-1 (running)') await pause(50);
      expect(engine.changes).toContain('DELETE /db-2');
    }));
});
