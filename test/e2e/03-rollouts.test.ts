import { ask, eventually, versionOf } from './support/client';
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

describe('A version that cannot be', () => {
  const good = { version: 'good' };

  beforeEach(() => project.ensure(good));

  test.each([
    ['never gets healthy', 'never-healthy', /the fault never-healthy is set/],
    ['ends at its start', 'exit-at-start', /the fault exit-at-start is set/],
    ['has a migration that fails', 'migration-fails', /migration-fails/],
  ])('that %s fails the deploy with the reason, and costs no request', async (_, fault, reason) => {
    const bad = { version: 'bad', fault };
    const [attempts, report] = await underLoad({ port: project.http, path: '/version' }, async () => [
      await project.tryDeploy(bad),
      await project.tryDeploy(bad),
    ]);
    const seconds = attempts.reduce((sum, attempt) => sum + attempt.seconds, 0);
    noteLoad(`failed twice: ${fault}`, report, seconds);
    for (const { status, output } of attempts) {
      expect(output).toMatch(reason);
      expect(output).not.toMatch(/already in use|Conflict/);
      expect(status).not.toBe(0);
    }
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers)).toEqual(['{"version":"good"}']);

    await project.deploy(good);
    expect(await versionOf(project.http)).toBe('good');
    await expectEmptyPlan(project);
  });

  test('that starts when it is tried again is rolled out then', async () => {
    const flaky = { version: 'flaky', fault: 'never-healthy' };
    expect((await project.tryDeploy(flaky)).status).not.toBe(0);
    // The same revision, whose reason to fail is gone: here, by a revision that differs in the fault only.
    await project.deploy({ version: 'flaky' });
    await eventually(
      () => versionOf(project.http),
      (version) => version === 'flaky',
      5,
    );
    await expectEmptyPlan(project);
  });
});
