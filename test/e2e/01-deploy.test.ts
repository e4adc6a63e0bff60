import { withoutEscapes } from '../../lib/cli/terraform/terraform-log';
import { CDKTF_STARTS, expectEmptyPlan, Project } from './support/project';
import { ask, nearest, store } from './support/client';
import { note } from './support/figures';

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

describe('A cold deploy', () => {
  test('brings up a system that stores a memory and finds it again, and leaves an empty plan', async () => {
    const { seconds } = await project.deploy();
    note('cold deploy, images built', { seconds: Number(seconds.toFixed(1)) });
    expect((await store(project.http, 'the first memory', 1)).status).toBe(201);
    expect((await store(project.http, 'another memory', 2)).status).toBe(201);
    expect(await nearest(project.http, 1)).toEqual(['the first memory']);
    expect((await ask(project.http, '/ready')).status).toBe(200);
    await expectEmptyPlan(project);
  });
});

describe('A deploy by cdktf, where its command line starts,', () => {
  const testCdktf = CDKTF_STARTS ? test : test.skip;

  testCdktf('goes on from ours, and ours goes on from it, with an empty plan each time', async () => {
    for (const deploy of [() => project.deployByCdktf(), () => project.deploy()]) {
      const { output } = await deploy();
      expect(withoutEscapes(output)).toContain('No changes. Your infrastructure matches the configuration.');
      await expectEmptyPlan(project);
    }
  });
});
