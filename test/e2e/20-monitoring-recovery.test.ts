import { eventually } from './support/client';
import { killEngine, testKilling } from './support/engine';
import { note } from './support/figures';
import { openMonitored } from './support/monitored';
import { expectEmptyPlan } from './support/project';
import type { Project } from './support/project';
import { activeTargets } from './support/prometheus';

let project: Project;

/** Jobs of each monitored stack; Prometheus finds them one after the other. */
const LEAST = ['alertmanager', 'api', 'postgres-exporter', 'prometheus', 'proxy'];

/** Whatever is read, by its job, once all of it answers; nothing before. */
async function allRead(): Promise<readonly string[]> {
  const targets = await activeTargets(project.base.prometheus ?? 0);
  return targets.every(({ health }) => health === 'up') ? targets.map(({ labels }) => labels.job ?? '').sort() : [];
}

beforeAll(async () => {
  project = await openMonitored();
  if (project.deployed !== undefined) return;
  project.secrets.set('hook', 'http://127.0.0.1:9/');
  await project.deploy();
});

afterAll(() => project.destroy());

describe('The monitoring', () => {
  testKilling('is back after kill -9 of the engine, and reads all that it read before', async () => {
    const before = await eventually(allRead, (jobs) => LEAST.every((job) => jobs.includes(job)));
    await killEngine('dockerd');
    const began = Date.now();
    await eventually(allRead, (jobs) => jobs.join() === before.join(), 180);
    note('monitoring reads everything again: kill -9 of the engine', { seconds: (Date.now() - began) / 1000 });
    await expectEmptyPlan(project);
  });
});
