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

/** Kill points of each way in the short form; the long form takes all of them, in parts. */
const SPREAD = 4;
const PARTS = FULL ? 8 : 1;
/** The next version of the provider, where this machine has it; for the long form. */
const NEXT = process.env.DOCKER_CONSTRUCTS_E2E_NEXT_PROVIDER || undefined;
const HOST = process.env.DOCKER_HOST ?? '';

interface Way {
  readonly name: string;
  readonly apply: (version: string) => Promise<Finished>;
  /** The next one, for the same version. */
  readonly again: (version: string) => Promise<Finished>;
  /** Whether it removes what serves nothing, too. */
  readonly clears: boolean;
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

const ours =
  (provider?: string) =>
  (next: string): Promise<Finished> =>
    project.tryDeploy({ version: next, provider });
const plain = (): Promise<Finished> =>
  run('setsid', ['--wait', TERRAFORM, 'apply', '-auto-approve', '-input=false', '-no-color'], {
    cwd: project.output,
    limitSeconds: 600,
  });

/** The two ways with one version of the provider. */
function waysWith(provider?: string): readonly Way[] {
  const suffix = provider === undefined ? '' : `, with provider ${provider}`;
  return [
    { name: `ours${suffix}`, apply: ours(provider), again: ours(provider), clears: true },
    {
      // As `cdktf deploy` does.
      name: `Terraform's alone${suffix}`,
      apply: async (next) => {
        await project.synthesize({ version: next, provider });
        const init = await project.terraform('init', '-input=false', '-no-color', '-upgrade');
        return init.status === 0 ? plain() : init;
      },
      again: plain,
      clears: false,
    },
  ];
}

const ways = [...waysWith(), ...(NEXT === undefined || !FULL ? [] : waysWith(NEXT))];

/** Everything of the stack on the engine, less what the state knows and the volume of the data. */
async function unknown(): Promise<readonly string[]> {
  const state = readFileSync(project.path('state', `${project.stack}.tfstate`), 'utf8');
  const { containers, networks, volumes } = await belongings(project.stack);
  return [...containers, ...networks, ...volumes].filter((name) => !state.includes(`"${name}"`));
}

/** Containers that run and that the state does not know. */
async function orphans(): Promise<readonly string[]> {
  const left = await unknown();
  const services = await Promise.all(['api', 'proxy', 'counter'].map((name) => running(project.stack, name)));
  return services.flatMap((all) => all.flatMap(({ Id }) => (left.includes(Id) ? [Id] : [])));
}

/** A change of a rollout, counted from 1. */
type Point = readonly [number, 'before' | 'after'];

/** Kills a rollout at one of its changes, and repairs it with the next one. */
async function killAndRepair(
  { name, apply, again, clears }: Way,
  [at, when]: Point,
  last: number,
): Promise<string | undefined> {
  const next = String((version += 1));
  const [[killed, repaired], report] = await underLoad({ port: project.http, path: '/', retries: true }, async () => {
    cut.arm(at, when, () => killTerraform(project.output));
    const first = await apply(next);
    const point = cut.changes[at - 1];
    cut.disarm();
    const second = await again(next);
    return [{ ...first, point }, second] as const;
  });
  const where = `${name}, ${when} change ${at} (${killed.point?.replace(/[0-9a-f]{64}/, 'ID')})`;
  const left = clears ? await unknown() : await orphans();
  const counters = await running(project.stack, 'counter');
  const twice = counters[0] === undefined ? '' : await docker('exec', counters[0].Id, 'ls', '/data');
  const problems = [
    // Some rollouts need one change less than the one that was counted.
    killed.status === 0 && (killed.point !== undefined || at < last) ? 'the killed deploy ended with 0' : '',
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
async function countChanges({ apply }: Pick<Way, 'apply'>): Promise<number> {
  cut.arm(Infinity, 'before', () => undefined);
  const { status, output } = await apply(String((version += 1)));
  if (status !== 0) throw new Error(output);
  return cut.changes.length;
}

function pointsOf(count: number, part: number): readonly Point[] {
  const all = Array.from({ length: 2 * count }, (_, index): Point => [
    1 + (index >> 1),
    index % 2 ? 'after' : 'before',
  ]);
  if (FULL) return all.filter((_, index) => index % PARTS === part - 1);
  const step = Math.floor(all.length / SPREAD) | 1;
  return all.filter((_, index) => index % step === Math.floor(step / 2));
}

const cases = ways.flatMap((way) => Array.from({ length: PARTS }, (_, index) => ({ ...way, part: index + 1 })));

describe('A rollout whose Terraform is killed', () => {
  test.each(cases)(
    `at a change of the engine, in the way that is $name, costs no request, and the next one repairs it, part $part of ${PARTS}`,
    async ({ part, ...way }) => {
      const count = await countChanges(way);
      const points = pointsOf(count, part);
      const problems: string[] = [];
      for (const point of points) problems.push(...[(await killAndRepair(way, point, count)) ?? []].flat());
      note(`kill points, ${way.name}, part ${part}`, { survived: points.length - problems.length, of: points.length });
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
