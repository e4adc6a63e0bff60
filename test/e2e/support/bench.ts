import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { must } from './command';
import { workDirectory } from './project';

const PROGRAM = 'docker-bench-security.sh';

/** Check of the CIS Docker Benchmark that was not passed, with the names of what did not pass. */
export interface BenchFinding {
  readonly id: string;
  readonly result: string;
  readonly items: readonly string[];
}

interface BenchLog {
  readonly tests: readonly { readonly results: readonly (Omit<BenchFinding, 'items'> & { items?: string[] })[] }[];
}

/** Path of docker-bench-security: of the variable DOCKER_BENCH_SECURITY, or in the PATH. */
export function benchProgram(): string | undefined {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, PROGRAM));
  return [process.env.DOCKER_BENCH_SECURITY ?? '', ...places].find((path) => path !== '' && existsSync(path));
}

/** Runs the checks of images and containers on what belongs to a stack. */
export async function bench(program: string, stack: string): Promise<readonly BenchFinding[]> {
  const folder = mkdtempSync(join(workDirectory(), 'bench-'));
  const log = join(folder, 'log');
  try {
    const args = ['-b', '-c', 'container_images,container_runtime', '-i', stack, '-l', log];
    // It finds its parts below the folder that it runs in.
    await must('bash', [realpathSync(program), ...args], { cwd: dirname(realpathSync(program)) });
    const { tests } = JSON.parse(readFileSync(`${log}.json`, 'utf8')) as BenchLog;
    return tests.flatMap(({ results }) => results.map((one) => ({ ...one, items: one.items ?? [] })));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
