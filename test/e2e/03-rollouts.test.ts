import { ask } from './support/client';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import type { LoadReport } from './support/load';
import { expectEmptyPlan, Project } from './support/project';
import { SlowRequests } from './support/slow-requests';

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

/** Deploys the versions one after the other under load, with requests in flight that take 5 seconds. */
async function rollOut(versions: readonly string[], replicas?: number): Promise<LoadReport> {
  const slow = new SlowRequests(project.http, 5);
  const load = { port: project.http, path: '/version' };
  const [seconds, report] = await underLoad(load, async () => {
    let total = 0;
    for (const version of versions) total += (await project.deploy({ version, replicas })).seconds;
    return total;
  });
  expect(await slow.stop()).toEqual([]);
  noteLoad(`${versions.length} rollouts, ${replicas ?? 1} replica(s)`, report, seconds);
  return report;
}

describe('Rollouts under constant load', () => {
  test('seven new versions of one container lose no request, and 5 s requests complete', async () => {
    await project.ensure({ version: 'one-0' });
    const versions = Array.from({ length: 7 }, (_, index) => `one-${index + 1}`);
    const report = await rollOut(versions);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers).sort()).toEqual(
      ['one-0', ...versions].map((version) => JSON.stringify({ version })).sort(),
    );
    await expectEmptyPlan(project);
  });

  test('scaling to two containers and back loses no request', async () => {
    await project.ensure({ version: 'scale' });
    const [seconds, report] = await underLoad({ port: project.http, path: '/version' }, async () => {
      const up = await project.deploy({ version: 'scale', replicas: 2 });
      const down = await project.deploy({ version: 'scale' });
      return up.seconds + down.seconds;
    });
    noteLoad('scaling 1 to 2 to 1', report, seconds);
    expect(report.failures).toEqual([]);
    await expectEmptyPlan(project);
  });

  test('three new versions of two containers lose no request', async () => {
    await project.ensure({ version: 'two-0', replicas: 2 });
    const report = await rollOut(['two-1', 'two-2', 'two-3'], 2);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers)).toHaveLength(4);
    await expectEmptyPlan(project);
  });

  test('changed source code becomes a new image, rolled out without losing a request', async () => {
    await project.ensure({ version: 'source' });
    project.edit('stacks/mnemolite/api/mnemolite/operations.py', "'status': 'healthy'", "'status': 'edited'");
    const [{ seconds }, report] = await underLoad({ port: project.http, path: '/version' }, () =>
      project.deploy({ version: 'source' }),
    );
    noteLoad('rollout of a changed image', report, seconds);
    expect(report.failures).toEqual([]);
    expect((await ask(project.http, '/health')).body).toBe('{"status":"edited"}');
    await expectEmptyPlan(project);
  });
});
