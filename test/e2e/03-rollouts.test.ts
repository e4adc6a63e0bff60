import { ask } from './support/client';
import { FULL } from './support/proof';
import { noteLoad } from './support/figures';
import { underLoad } from './support/load';
import type { LoadReport } from './support/load';
import { expectEmptyPlan, Project } from './support/project';
import { SlowRequests } from './support/slow-requests';

/** The full form is for figures: `DOCKER_CONSTRUCTS_PROOF=full npm run test:e2e -- test/e2e/03-rollouts.test.ts` */
const ROLLOUTS = FULL ? 7 : 2;
const ROLLOUTS_OF_TWO = FULL ? 3 : 1;
const last = `one-${ROLLOUTS}`;

let project: Project;
beforeAll(async () => {
  project = await Project.open('e2e', { postgresPort: 1 });
});

/** Deploys the versions one after the other under load; during the first there are always requests that take 5 seconds. */
async function rollOut(versions: readonly string[], replicas?: number): Promise<LoadReport> {
  const slow = new SlowRequests(project.http, 5);
  const [seconds, report] = await underLoad({ port: project.http, path: '/version' }, async () => {
    let total = 0;
    for (const version of versions) {
      total += (await project.deploy({ version, replicas })).seconds;
      expect(await slow.stop()).toEqual([]);
    }
    return total;
  });
  noteLoad(`${versions.length} rollouts, ${replicas ?? 1} replica(s)`, report, seconds);
  return report;
}

const answer = (version: string): string => JSON.stringify({ version });

describe('Rollouts under constant load', () => {
  test('new versions of one container lose no request, nor requests that take 5 seconds', async () => {
    await project.ensure({ version: 'one-0' });
    const versions = Array.from({ length: ROLLOUTS }, (_, index) => `one-${index + 1}`);
    const report = await rollOut(versions);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers).sort()).toEqual(['one-0', ...versions].map(answer).sort());
  });

  // The proxy learns of one more upstream by a reload, which closes idle connections: clients send again then.
  test('a second container loses no request', async () => {
    await project.ensure({ version: last });
    const load = { port: project.http, path: '/version', retries: true };
    const [{ seconds }, report] = await underLoad(load, () => project.deploy({ version: last, replicas: 2 }));
    noteLoad('scaling from 1 to 2', report, seconds);
    expect(report.failures).toEqual([]);
  });

  test('new versions of two containers lose no request, nor requests that take 5 seconds', async () => {
    await project.ensure({ version: last, replicas: 2 });
    const versions = Array.from({ length: ROLLOUTS_OF_TWO }, (_, index) => `two-${index + 1}`);
    const report = await rollOut(versions, 2);
    expect(report.failures).toEqual([]);
    expect(Object.keys(report.answers).sort()).toEqual([last, ...versions].map(answer));
    await expectEmptyPlan(project);
  });

  test('changed source code becomes a new image, and one container less serves it without losing a request', async () => {
    await project.ensure({ version: `two-${ROLLOUTS_OF_TWO}`, replicas: 2 });
    project.edit('stacks/mnemolite/api/mnemolite/operations.py', "{'status': 'healthy'}", "{'status': 'edited'}");
    const load = { port: project.http, path: '/version', retries: true };
    const [{ seconds }, report] = await underLoad(load, () => project.deploy({ version: `two-${ROLLOUTS_OF_TWO}` }));
    noteLoad('a new image, scaling from 2 to 1', report, seconds);
    expect(report.failures).toEqual([]);
    expect((await ask(project.http, '/health')).body).toBe('{"status":"edited"}');
    await expectEmptyPlan(project);
  });
});
