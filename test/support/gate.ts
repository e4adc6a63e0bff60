import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { FakeEngine } from './fake-engine';
import type { FakeContainer } from './fake-engine';

export const GATE = path.join(__dirname, '../../programs/gate');

export interface GateResult {
  readonly code: number | null;
  /** Everything printed, line by line. */
  readonly lines: readonly string[];
}

/** Runs the gate program as Terraform does; `during` may send it signals. */
export function runGate(
  args: readonly string[],
  environment: Record<string, string> = {},
  during: (child: ChildProcess) => void = () => undefined,
): Promise<GateResult> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [path.join(GATE, 'main.cjs'), ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  during(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, lines: output.trimEnd().split('\n') }));
  });
}

/** Runs a test with an engine of its own. */
export async function withEngine(test: (engine: FakeEngine) => Promise<void>): Promise<void> {
  const engine = await FakeEngine.start();
  try {
    await test(engine);
  } finally {
    await engine.close();
  }
}

/** Runs a command of the gate for a container of an engine. */
export function gateFor(
  engine: FakeEngine,
  command: string,
  container: string,
  ...args: readonly string[]
): Promise<GateResult> {
  return runGate([command, '--container', container, ...args], { DOCKER_HOST: engine.url });
}

/** The label of the workload that the tests let hand over. */
export const LABEL = 'docker-constructs.workload=shop/db';

/** Labels of a container of that workload. */
export function labels(revision: string): Record<string, string> {
  return { 'docker-constructs.workload': 'shop/db', 'docker-constructs.revision': revision };
}

/** The name of a container after it failed. */
export function failedName({ Id, Name }: FakeContainer): string {
  return `${Name.slice(1).replace(/-failed-[0-9a-f]+$/, '')}-failed-${Id.slice(0, 6)}`;
}

/** What the gate says at the end about a container that it set aside. */
export function setAside(name: string): string[] {
  return [`It is stopped now and called ${name}; the next apply removes it.`, `To look at it: docker logs ${name}`];
}

export function restartPolicy({ HostConfig }: FakeContainer): string {
  return HostConfig.RestartPolicy.Name;
}
