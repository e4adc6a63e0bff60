import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTurns } from '../figures';
import type { Contest, Line, Part } from '../figures';
import { Compose, composeCommand } from './compose';
import { findEngine } from './engine';
import type { BenchEngine } from './engine';
import { PLAIN_COUNT, writePlainCompose } from './plain-services';
import { Project } from './project';
import { Terraform } from './terraform';
import type { Deployment, Variables } from './terraform';

const MOST = 1.15;
const LIBRARY = 'library';
/** The bound is against these. */
const SAME = 'hand-written HCL, same resources';
const COMPOSE = '`docker compose up --wait`';

type Contestants = Readonly<Record<string, Deployment>>;

/** Cold and no-op deployments on a real engine. */
export async function measureDeployments(quick: boolean): Promise<Part> {
  const engine = await findEngine();
  if (typeof engine === 'string') return skipped(engine);
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-deploy-'));
  try {
    const project = await Project.create(directory, engine);
    try {
      return await measure(project, engine, quick);
    } finally {
      await project.clean();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await engine.stop();
  }
}

function skipped(reason: string): Part {
  return { contests: [], notes: [`SKIPPED: ${reason}`] };
}

async function measure(project: Project, engine: BenchEngine, quick: boolean): Promise<Part> {
  const problem = await new Terraform(project.stack('mnemolite-bench')).problem();
  if (problem !== undefined) return skipped(`Terraform or the Docker provider is missing: ${problem}`);
  const compose = await composeCommand();
  const rounds = quick ? 1 : 3;
  const races: readonly Race[] = [
    { system: 'mnemolite-dev', rounds, contestants: () => mnemolite(project, compose) },
    { system: `${PLAIN_COUNT} plain services`, rounds, contestants: () => plain(project, engine, compose, false) },
    {
      system: `${PLAIN_COUNT} services with health checks`,
      rounds: quick ? 1 : 2,
      contestants: () => plain(project, engine, compose, true),
    },
  ];
  const parts: Part[] = [];
  for (const one of races) parts.push(await tryRace(one));
  return {
    contests: parts.flatMap(({ contests }) => contests),
    notes: [...parts.flatMap((part) => part.notes), ...notes(engine, compose !== undefined)],
  };
}

interface Race {
  readonly system: string;
  readonly rounds: number;
  contestants(): Promise<Contestants>;
}

/** One that fails says so and leaves the others their figures. */
async function tryRace({ system, rounds, contestants }: Race): Promise<Part> {
  try {
    return { contests: await race(system, await contestants(), rounds), notes: [] };
  } catch (error) {
    return { contests: [], notes: [`FAILED: ${system}: ${error instanceof Error ? error.message : String(error)}`] };
  }
}

async function mnemolite(project: Project, compose: readonly string[] | undefined): Promise<Contestants> {
  const byHand = (name: string): Promise<Deployment> => initialized(project.byHand(name), project.variables);
  const file = path.join(project.byHand('compose'), 'mnemolite.yaml');
  const contestants = {
    [LIBRARY]: new Terraform(project.stack('mnemolite-bench')),
    [SAME]: await byHand('same-resources'),
    'hand-written HCL, as few resources as work': await byHand('fewest-resources'),
    ...(compose && { [COMPOSE]: new Compose(compose, file, project.composeVariables) }),
  };
  const url = `http://127.0.0.1:${project.httpPort}/ready`;
  return Object.fromEntries(Object.entries(contestants).map(([name, one]) => [name, answering(name, one, url)]));
}

async function plain(
  project: Project,
  engine: BenchEngine,
  compose: readonly string[] | undefined,
  checked: boolean,
): Promise<Contestants> {
  const system = checked ? 'checked' : 'plain';
  const variables = { caddy_image: engine.images.caddy, services: PLAIN_COUNT, checked };
  const byHand = (wait: boolean): Promise<Deployment> =>
    initialized(project.byHand('plain', `${system}-${wait}`), { ...variables, wait });
  const file = path.join(project.directory, `${system}.yaml`);
  writePlainCompose(file, engine.images.caddy, checked);
  return {
    [LIBRARY]: await initialized(project.stack(`${system}-bench`)),
    [SAME]: await byHand(checked),
    ...(checked ? { 'hand-written HCL that waits for nothing': await byHand(false) } : {}),
    ...(compose && { [COMPOSE]: new Compose(compose, file) }),
  };
}

async function initialized(directory: string, variables?: Variables): Promise<Terraform> {
  const terraform = new Terraform(directory, variables);
  const problem = await terraform.problem();
  if (problem !== undefined) throw new Error(`terraform init in ${directory}: ${problem}`);
  return terraform;
}

/** A deployment that only counts when the system answers; the time until `up` returns is what counts. */
function answering(name: string, deployment: Deployment, url: string): Deployment {
  const up = async (): Promise<number> => {
    const seconds = await deployment.up();
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        return seconds;
      await sleep(500);
    }
    throw new Error(`${name}: ${url} does not answer after a deployment that succeeded`);
  };
  return { up, again: () => deployment.again(), down: () => deployment.down() };
}

async function race(system: string, contestants: Contestants, rounds: number): Promise<Contest[]> {
  const lap = (deployment: Deployment) => async (): Promise<{ readonly cold: number; readonly again: number }> => {
    try {
      const figures = { cold: await deployment.up(), again: await deployment.again() };
      await deployment.down();
      return figures;
    } catch (error) {
      // What went wrong first is the reason.
      await deployment.down().catch(() => undefined);
      throw error;
    }
  };
  const names = Object.keys(contestants);
  const laps = Object.fromEntries(Object.entries(contestants).map(([name, deployment]) => [name, lap(deployment)]));
  const taken = await inTurns(laps, rounds);
  const contest = (what: string, figure: 'cold' | 'again'): Contest => {
    const line = (name: string): Line => ({
      name,
      samples: taken(name, figure),
      most: name === SAME ? MOST : undefined,
    });
    const [, ...others] = names;
    return { what: `${system}, ${what}`, unit: 's', lines: [line(LIBRARY), ...others.map(line)] };
  };
  return [contest('cold', 'cold'), contest('no change', 'again')];
}

function notes(engine: BenchEngine, compose: boolean): string[] {
  return [
    `Docker Engine ${engine.version}; \`terraform apply\` after \`terraform init\`, with images and build layers in the ` +
      "engine's cache. The images: " +
      `${Object.values(engine.images).join(', ')}.`,
    '"Same resources" waits as well as the provider can: `wait` asks once a second whether the engine has seen a health ' +
      "check succeed, and `attach` ends with a job's end, whatever its exit code. Our gates run the check themselves.",
    'Plain services have no health check. One gate then makes sure that each has run for half a second; the ' +
      'hand-written ones are not watched at all.',
    ...(compose ? [] : ['SKIPPED: docker compose is not installed.']),
  ];
}
