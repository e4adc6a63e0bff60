import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { must } from './command';

/** Folder of an engine that only the tests use, and may kill; undefined where the engine is somebody's. */
const DIRECTORY = process.env.DOCKER_CONSTRUCTS_E2E_ENGINE;
const SCRIPT = resolve(__dirname, '..', 'engine', 'private-engine.sh');

export type EngineProgram = 'dockerd' | 'containerd';

/** `test` where the engine may be killed; elsewhere the test is skipped, and the runner names it at the end. */
export const testKilling: jest.It = DIRECTORY === undefined ? test.skip : test;

function directory(): string {
  if (DIRECTORY === undefined) throw new Error('this engine is not one to kill');
  return DIRECTORY;
}

export function pidOf(program: EngineProgram): number {
  return Number(readFileSync(join(directory(), `${program}.pid`), 'utf8'));
}

/** Starts those of the engine's programs that do not run, and waits until it answers. */
export async function startEngine(): Promise<void> {
  await must(SCRIPT, ['start', directory()]);
}

export async function killEngine(...programs: readonly EngineProgram[]): Promise<void> {
  for (const program of programs) process.kill(pidOf(program), 'SIGKILL');
  await startEngine();
}
