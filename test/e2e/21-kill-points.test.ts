import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CutEngine } from './support/cut-engine';
import { belongings, docker, running } from './support/docker';
import { note } from './support/figures';
import { killTerraform } from './support/kill';
import { underLoad } from './support/load';
import { run } from './support/command';
import type { Finished } from './support/command';
import { expectEmptyPlan, Project, TERRAFORM, workDirectory } from './support/project';
import { FULL } from './support/proof';

/** Kill points of each way in the short form; the long form takes all of them. */
const SPREAD = 4;
const HOST = process.env.DOCKER_HOST ?? '';

interface Way {
  readonly name: string;
  readonly apply: (version: string) => Promise<Finished>;
}

let project: Project;
let cut: CutEngine;
let version = 0;

beforeAll(async () => {
  cut = await CutEngine.start(HOST.replace('unix://', ''), join(workDirectory(), 'cut.sock'));
  process.env.DOCKER_HOST = cut.url;
  project = await Project.open('e2e-kills', { kills: true });
  await project.deploy({ version: '0' });
});
afterAll(async () => {
  await project.destroy();
  process.env.DOCKER_HOST = HOST;
  await cut.stop();
});

const ways: readonly Way[] = [
  { name: 'ours', apply: (next) => project.tryDeploy({ version: next }) },
  {
    // Only our commands know what no gate let pass.
    name: "cdktf's, repaired by ours",
    apply: async (next) => {
      await project.synthesize({ version: next });
      return run('setsid', ['--wait', TERRAFORM, 'apply', '-auto-approve', '-input=false', '-no-color'], {
        cwd: project.output,
        limitSeconds: 600,
      });
    },
  },
];

/** Everything of the stack on the engine, less what the state knows and the volume of the data. */
async function unknown(): Promise<readonly string[]> {
  const state = readFileSync(project.path('state', `${project.stack}.tfstate`), 'utf8');
  const { containers, networks, volumes } = await belongings(project.stack);
  return [...containers, ...networks, ...volumes].filter((name) => !state.includes(`"${name}"`));
}

/** Kills a rollout at one of its changes, and repairs it with the next one. */
async function killAndRepair({ name, apply }: Way, at: number, when: 'before' | 'after'): Promise<string | undefined> {
  const next = String((version += 1));
  const [[killed, repaired], report] = await underLoad({ port: project.http, path: '/', retries: true }, async () => {
    cut.arm(at, when, () => killTerraform(project.output));
    const first = await apply(next);
    const point = cut.changes[at - 1];
    cut.disarm();
    const second = await project.tryDeploy({ version: next });
    return [{ ...first, point }, second] as const;
  });
  const where = `${name}, ${when} change ${at} (${killed.point?.replace(/[0-9a-f]{64}/, 'ID')})`;
  const left = await unknown();
  const counters = await running(project.stack, 'counter');
  const twice = await docker('exec', counters[0]?.Id ?? '', 'ls', '/data');
  const problems = [
    killed.status === 0 ? 'the killed deploy ended with 0' : '',
    repaired.status === 0 ? '' : `the next deploy failed:\n${killed.output}\n---\n${repaired.output}`,
    report.failures.length === 0
      ? ''
      : `${report.failures.length} failed requests: ${JSON.stringify(report.failures[0])}`,
    left.length === 0 ? '' : `left: ${left.join(', ')}`,
    counters.length === 1 ? '' : `${counters.length} counters`,
    /twice/.test(twice) ? 'two wrote to one volume' : '',
  ].filter((problem) => problem !== '');
  if (problems.length === 0) await expectEmptyPlan(project);
  return problems.length === 0 ? undefined : `${where}: ${problems.join('; ')}`;
}

/** The number of changes of a rollout that nobody cuts. */
async function countChanges({ apply }: Way): Promise<number> {
  cut.arm(Infinity, 'before', () => undefined);
  const { status, output } = await apply(String((version += 1)));
  if (status !== 0) throw new Error(output);
  return cut.changes.length;
}

function pointsOf(count: number): readonly (readonly [number, 'before' | 'after'])[] {
  const all = Array.from(
    { length: 2 * count },
    (_, index) => [1 + (index >> 1), index % 2 ? 'after' : 'before'] as const,
  );
  const step = FULL ? 1 : Math.floor(all.length / SPREAD) | 1;
  return all.filter((_, index) => index % step === Math.floor(step / 2));
}

describe('A rollout whose Terraform is killed', () => {
  // The way of cdktf takes part in the long form: a plain apply fails where another stack removes images.
  test.each(FULL ? ways : ways.slice(0, 1))(
    'at a change of the engine, in the way that is $name, costs no request, and the next one repairs it',
    async (way) => {
      const points = pointsOf(await countChanges(way));
      const problems: string[] = [];
      for (const [at, when] of points) problems.push(...[(await killAndRepair(way, at, when)) ?? []].flat());
      note(`kill points, ${way.name}`, { survived: points.length - problems.length, of: points.length });
      expect(problems).toEqual([]);
    },
    3_600_000,
  );
});

describe('A lost state', () => {
  const counter = async (): Promise<string> => (await running(project.stack, 'counter'))[0]?.Id ?? '';

  test('is refused by each command, and taken over with nothing left behind and all data there', async () => {
    await project.ensure({ version: 'lost' });
    await docker('exec', await counter(), 'touch', '/data/kept');
    rmSync(project.path('state'), { recursive: true });
    const before = await belongings(project.stack);
    for (const command of ['deploy', 'destroy']) {
      const { status, output } = await project.command(command, project.stack, '--yes');
      expect([status, output]).toEqual([1, expect.stringContaining('its state is not in')]);
    }
    expect(await belongings(project.stack)).toEqual(before);
    const { status, output } = await project.command('deploy', project.stack, '--take-over', '--yes');
    expect([status, output]).toEqual([0, expect.stringContaining('Apply complete!')]);
    expect(await unknown()).toEqual([]);
    expect(await docker('exec', await counter(), 'ls', '/data')).toContain('kept');
    await expectEmptyPlan(project);
  });
});
