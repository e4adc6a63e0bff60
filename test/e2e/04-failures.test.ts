import { setTimeout as sleep } from 'node:timers/promises';
import { versionOf } from './support/client';
import { docker, running, theOnly } from './support/docker';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';
import type { Scenario } from './support/scenario';

const GOOD = { version: 'good' };
let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});
beforeEach(() => project.ensure(GOOD));

/** Deploys a version that must fail under load, several times; hands back what the last attempt printed. */
async function fail(change: Partial<Scenario>, times: number): Promise<string> {
  let seconds = 0;
  const [output, report] = await underLoad({ port: project.http, path: '/version' }, async () => {
    let last = '';
    for (let attempt = 0; attempt < times; attempt++) {
      const finished = await project.tryDeploy(change);
      if (finished.status === 0) throw new Error(`this version should have failed:\n${finished.output}`);
      seconds += finished.seconds;
      last = finished.output;
    }
    return last;
  });
  noteLoad(`${times} failed rollout(s): ${change.fault}`, report, seconds);
  expect(report.failures).toEqual([]);
  expect(Object.keys(report.answers)).toEqual(['{"version":"good"}']);
  return output;
}

describe('A version that cannot be deployed', () => {
  test('because it never gets healthy: says why at each attempt, costs no request, and can be reverted', async () => {
    const output = await fail({ version: 'bad', fault: 'never-healthy' }, 2);
    expect(output).toMatch(/503 Service Unavailable.*the fault never-healthy is set/);
    expect(output).not.toMatch(/already in use/);
    await project.deploy(GOOD);
    await expectEmptyPlan(project);
  });

  test('because its migration fails: says why at each attempt, costs no request, and can be reverted', async () => {
    const before = await theOnly(project.stack, 'api');
    const output = await fail({ version: 'bad', fault: 'migration-fails' }, 2);
    expect(output).toMatch(/the fault migration-fails is set/);
    expect(output).not.toMatch(/already in use/);
    expect((await theOnly(project.stack, 'api')).Id).toBe(before.Id);
    await project.deploy(GOOD);
    expect(await versionOf(project.http)).toBe('good');
  });

  test('because it was killed while it started: the same revision is deployed by trying again', async () => {
    const old = await theOnly(project.stack, 'api');
    const deploying = project.tryDeploy({ version: 'again' });
    let done = false;
    void deploying.finally(() => (done = true));
    while (!done) {
      const next = (await running(project.stack, 'api')).find(({ Id }) => Id !== old.Id);
      if (next !== undefined) await docker('rm', '--force', next.Id);
      await sleep(100);
    }
    expect((await deploying).status).not.toBe(0);
    expect(await versionOf(project.http)).toBe('good');
    await project.deploy({ version: 'again' });
    expect(await versionOf(project.http)).toBe('again');
    await expectEmptyPlan(project);
  });

  test('because a worker that nobody waits for fails: its predecessor and those beside it go on', async () => {
    const single = { ...GOOD, worker: '1000', workerOverlap: false };
    await project.deploy(single);
    const [before, beside] = [await theOnly(project.stack, 'worker'), await theOnly(project.stack, 'beside')];
    // Nor does it stop first any more, so that nothing of the change tells that going back has to.
    const { status, output } = await project.tryDeploy({ ...GOOD, worker: 'nonsense' });
    expect(status).not.toBe(0);
    expect(output).toMatch(/invalid (?:time interval|number)/);
    expect((await theOnly(project.stack, 'worker')).Id).toBe(before.Id);

    const back = await project.deploy(single);
    expect(back.output).toMatch(/Stopped \S+-worker-\S+, which makes room/);
    const again = await theOnly(project.stack, 'worker');
    await project.deploy({ ...GOOD, worker: '2000' });
    expect((await theOnly(project.stack, 'beside')).Id).toBe(beside.Id);
    expect((await theOnly(project.stack, 'worker')).Id).not.toBe(again.Id);
    await expectEmptyPlan(project);
  });

  test('because it was interrupted: Terraform writes down what it has made, and trying again goes on from there', async () => {
    const { status, output } = await project.interruptDeploy({ version: 'next' }, 'docker_container.api: Creating');
    expect(status).not.toBe(0);
    expect(output).toContain('was interrupted; the same command goes on from there');
    expect(await versionOf(project.http)).toBe('good');
    await project.deploy({ version: 'next' });
    expect(await versionOf(project.http)).toBe('next');
    await expectEmptyPlan(project);
    expect(await running(project.stack, 'api')).toHaveLength(1);
  });
});
