import { deepStrictEqual } from 'node:assert';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { node, ROOT, TS_NODE } from '../command';
import { inTurns } from '../figures';
import type { Contest, Line, Part } from '../figures';
import type { Known } from './plain';

const COMPILED = path.join(ROOT, 'node_modules/.cache/bench');
const PLAIN_NODE = [path.join(COMPILED, 'test/bench/synth/once.js')];
const UNDER_TS_NODE = [TS_NODE, path.join(ROOT, 'test/bench/synth/once.ts')];
const LIBRARY = 'library';
const HAND = 'hand-written L1';
const PROGRAMS = { [LIBRARY]: 'by-library', [HAND]: 'by-hand' } as const;
const MOST_TIME = 1.2;
const MOST_MEMORY = 1.3;

interface Size {
  readonly count: number;
  readonly rounds: number;
}
const SIZES: readonly Size[] = [
  { count: 10, rounds: 15 },
  { count: 100, rounds: 11 },
  { count: 1000, rounds: 7 },
  { count: 4000, rounds: 5 },
];
const QUICK_SIZES: readonly Size[] = [
  { count: 10, rounds: 5 },
  { count: 1000, rounds: 3 },
];

type Figure = 'synth' | 'synthCpu' | 'wall' | 'cpu' | 'memory';
type Figures = Readonly<Record<Figure, number>>;

/** Synthesis of plain services by the library, against the same document written with the generated bindings. */
export async function measureSynthesis(quick: boolean): Promise<Part> {
  await compile();
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-synth-'));
  try {
    const contests: Contest[] = [];
    for (const size of quick ? QUICK_SIZES : SIZES) contests.push(...(await contest(directory, size)));
    const [under] = await contest(directory, { count: 1000, rounds: 3 }, UNDER_TS_NODE, ' under ts-node');
    if (under !== undefined) contests.push(under);
    return { contests: [...contests, ...growth(contests)], notes: NOTES };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const NOTES = [
  'Each run is a process of its own, library and hand-written in turns; the two documents are compared first and must ' +
    'be equal but for the metadata. `synthesis` is making the constructs and `app.synth()`, `process` is everything from ' +
    'the start of Node to its end, loading cdktf and the library included.',
  'Plain Node runs what `npm run build` publishes. cdktf notes a stack trace of unlimited depth for each attribute of a ' +
    'resource, and ts-node maps every line of each back to its source, so that a program under ts-node takes several ' +
    'times as long; the library renders without these traces.',
];

async function compile(): Promise<void> {
  await node(['node_modules/typescript/bin/tsc', '-p', 'test/bench/tsconfig.json']);
  for (const name of ['lib/assets', 'programs']) {
    rmSync(path.join(COMPILED, name), { recursive: true, force: true });
    cpSync(path.join(ROOT, name), path.join(COMPILED, name), { recursive: true });
  }
}

async function contest(directory: string, size: Size, runner = PLAIN_NODE, how = ''): Promise<Contest[]> {
  const { count, rounds } = size;
  const known = path.join(directory, 'known.json');
  const synthesize = async (name: keyof typeof PROGRAMS): Promise<Figures> => {
    const out = path.join(directory, PROGRAMS[name]);
    rmSync(out, { recursive: true, force: true });
    const { stdout } = await node([...runner, PROGRAMS[name], String(count), out, known], { cwd: directory });
    return JSON.parse(stdout) as Figures;
  };
  await proveEqual(directory, known, synthesize);
  const taken = await inTurns({ [LIBRARY]: () => synthesize(LIBRARY), [HAND]: () => synthesize(HAND) }, rounds);
  const what = `${count.toLocaleString('en')} services${how}`;
  const compare = (label: string, figure: Figure, unit: Contest['unit'], most: number): Contest => ({
    what: `${what}, ${label}`,
    unit,
    lines: [
      { name: LIBRARY, samples: taken(LIBRARY, figure) },
      { name: HAND, samples: taken(HAND, figure), most },
    ],
  });
  return [
    compare('synthesis', 'synth', 'ms', MOST_TIME),
    compare('synthesis, CPU', 'synthCpu', 'ms', MOST_TIME),
    compare('process', 'wall', 'ms', MOST_TIME),
    compare('process, CPU', 'cpu', 'ms', MOST_TIME),
    compare('peak memory', 'memory', 'MiB', MOST_MEMORY),
  ];
}

/** Runs both once, hands the second what only the first can compute, and compares what they wrote. */
async function proveEqual(
  directory: string,
  known: string,
  synthesize: (name: keyof typeof PROGRAMS) => Promise<unknown>,
): Promise<void> {
  writeFileSync(known, JSON.stringify({ image: '', gate: '', revisions: [] }));
  await synthesize(LIBRARY);
  const ours = documentOf(path.join(directory, PROGRAMS[LIBRARY]));
  writeFileSync(known, JSON.stringify(knownFrom(directory, ours)));
  await synthesize(HAND);
  assertEqual(documentOf(path.join(directory, PROGRAMS[HAND])), ours);
}

/** Resource by resource, so that a difference that all of them have is shown once. */
function assertEqual(theirs: Document, ours: Document): void {
  try {
    for (const [type, resources] of Object.entries(ours.resource)) {
      for (const [name, block] of Object.entries(resources)) deepStrictEqual(theirs.resource[type]?.[name], block);
    }
    deepStrictEqual(theirs, ours);
  } catch (error) {
    const difference = error instanceof Error ? error.message : String(error);
    throw new Error(`by-hand.ts is to write what the library writes and has to be brought up to date:\n${difference}`);
  }
}

interface Document {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Block>>>>;
}

interface Block {
  readonly triggers_replace?: { readonly revision: string };
}

function knownFrom(directory: string, { resource }: Document): Known {
  const gates = path.join(directory, PROGRAMS[LIBRARY], 'stacks/plain-bench/assets/Gate');
  const { docker_image: images = {}, terraform_data: claims = {} } = resource;
  return {
    image: Object.keys(images).join(),
    gate: readdirSync(gates).join(),
    revisions: Object.keys(claims).map(
      (_, index) => claims[`worker-${index}-revision`]?.triggers_replace?.revision ?? '',
    ),
  };
}

function documentOf(out: string): Document {
  const text = readFileSync(path.join(out, 'stacks/plain-bench/cdk.tf.json'), 'utf8');
  return JSON.parse(text, (key, value: unknown) => (key === '//' ? undefined : value)) as Document;
}

/** Linear means that a service costs as much among many as among few. */
function growth(contests: readonly Contest[]): Contest[] {
  const each = (count: number): Line | undefined => {
    const found = contests.find(({ what }) => what === `${count.toLocaleString('en')} services, synthesis`);
    const samples = found?.lines[0].samples.map((time) => time / count);
    return samples && { name: `of ${count.toLocaleString('en')}`, samples };
  };
  const [most, fewer] = [each(4000), each(1000)];
  if (most === undefined || fewer === undefined) return [];
  return [{ what: 'one service', unit: 'ms', lines: [most, { ...fewer, most: MOST_TIME }] }];
}
