import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nearest, ready, store } from './support/client';
import { belongings } from './support/docker';
import { note, noteLoad } from './support/figures';
import { openKept } from './support/kept';
import { underLoad } from './support/load';
import { expectEmptyPlan, Project } from './support/project';
import { SlowRequests } from './support/slow-requests';

const NEXT = process.env.DOCKER_CONSTRUCTS_E2E_NEXT_PROVIDER ?? '';
const PINNED = '3.6.2';
const withNext = NEXT === '' ? test.skip : test;

describe('The next version of the provider', () => {
  withNext('takes over the state of the pinned one and changes nothing, and the way back is open', async () => {
    const project = await openKept();
    await project.ensure();
    for (const provider of [NEXT, undefined]) {
      const { output } = await project.deploy({ provider });
      expect(output).toContain('No changes. Your infrastructure matches the configuration.');
      const lock = readFileSync(join(project.output, '.terraform.lock.hcl'), 'utf8');
      expect(/version\s*=\s*"(.*)"/.exec(lock)?.[1]).toBe(provider ?? PINNED);
    }
  });

  withNext('deploys, rolls out under load without a failed request, and destroys without a trace', async () => {
    const project = await Project.open('e2enext', { provider: NEXT, postgresPort: 1 });
    const cold = await project.deploy({ version: 'next-0' });
    note(`cold deploy with provider ${NEXT}`, { seconds: cold.seconds });
    await ready(project.http);
    expect((await store(project.http, 'stored by the next', 9)).status).toBe(201);

    const slow = new SlowRequests(project.http, 5);
    const [{ seconds }, report] = await underLoad({ port: project.http, path: '/version' }, () =>
      project.deploy({ version: 'next-1' }),
    );
    expect(await slow.stop()).toEqual([]);
    noteLoad(`a rollout with provider ${NEXT}`, report, seconds);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers)).toHaveLength(2);
    expect(await nearest(project.http, 9)).toEqual(['stored by the next']);
    await expectEmptyPlan(project);

    await project.destroy();
    expect(await belongings(project.stack)).toEqual({ containers: [], networks: [], volumes: [], images: [] });
  });
});
