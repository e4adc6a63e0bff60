import { eventually, versionOf } from './support/client';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
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
