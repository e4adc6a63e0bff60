import { cpSync, rmSync } from 'node:fs';
import { nearest, ready, store } from './support/client';
import { run } from './support/command';
import { belongings } from './support/docker';
import { note, noteLoad } from './support/figures';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';
import { SlowRequests } from './support/slow-requests';

const NEXT = process.env.DOCKER_CONSTRUCTS_E2E_NEXT_PROVIDER ?? '';
const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? 'terraform';
const withNext = NEXT === '' ? test.skip : test;

describe(`The next version of the provider`, () => {
  withNext('opens the state of the pinned one and would change nothing', async () => {
    const project = await Project.open('e2ekeep', { keepData: true, tls: true });
    await project.ensure();
    await project.synthesize({ provider: NEXT });
    // A folder of its own, so that the real one keeps the version that it works with.
    const copy = `${project.output}-next`;
    cpSync(project.output, copy, { recursive: true, filter: (source) => !/\/\.terraform/.test(source) });
    try {
      const terraform = (...args: readonly string[]) =>
        run(TERRAFORM, [...args, '-input=false', '-no-color'], { cwd: copy });
      const init = await terraform('init');
      expect(init.output).toContain(`kreuzwerker/docker v${NEXT}`);
      const plan = await terraform('plan', '-detailed-exitcode');
      expect(plan.output).toContain('found no differences');
      expect(plan.status).toBe(0);
    } finally {
      rmSync(copy, { recursive: true });
      await project.synthesize();
    }
  });

  withNext('deploys, rolls out under load without a failed request, and destroys without a trace', async () => {
    const project = await Project.open('e2enext', { provider: NEXT, postgresPort: 1 });
    const cold = await project.deploy({ version: 'next-0' });
    note(`cold deploy with provider ${NEXT}`, { seconds: cold.seconds });
    await ready(project.http);
    expect((await store(project.http, 'stored by the next', 9)).status).toBe(201);
    await expectEmptyPlan(project);

    const slow = new SlowRequests(project.http, 5);
    const [seconds, report] = await underLoad({ port: project.http, path: '/version' }, async () => {
      const first = await project.deploy({ version: 'next-1' });
      const second = await project.deploy({ version: 'next-2' });
      return first.seconds + second.seconds;
    });
    expect(await slow.stop()).toEqual([]);
    noteLoad(`2 rollouts with provider ${NEXT}`, report, seconds);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers)).toHaveLength(3);
    expect(await nearest(project.http, 9)).toEqual(['stored by the next']);
    await expectEmptyPlan(project);

    await project.destroy();
    expect(await belongings(project.stack)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
  });
});
