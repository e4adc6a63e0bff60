import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { requireProgram } from './programs';

/**
 * `[value, minutes]`: a sample each minute; undefined is none, 'gone' is none by somebody who says that there is none any more, a
 * pair goes from one value evenly to another.
 */
export type Life = readonly (readonly [number | undefined | 'gone' | readonly [number, number], number])[];

export interface Answer {
  readonly status: number | null;
  readonly output: string;
}

/** What the real programs say of files, in a directory that is removed afterwards. */
export class RuleDirectory {
  private readonly directory = mkdtempSync(path.join(tmpdir(), 'rules-'));

  public write(name: string, content: string): void {
    writeFileSync(path.join(this.directory, name), content);
  }

  public run(program: 'alloy' | 'amtool' | 'loki' | 'promtool' | 'tempo', ...args: readonly string[]): Answer {
    const { status, stdout, stderr } = spawnSync(requireProgram(program), args, {
      cwd: this.directory,
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}` };
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** As promtool writes samples, one for each step of so many minutes. */
export function samples(life: Life, step = 1): string {
  return life.map(([value, minutes]) => run(value, minutes / step)).join(' ');
}

function run(value: Life[number][0], count: number): string {
  if (value === undefined) return `_x${count}`;
  if (value === 'gone') return count > 1 ? `stale _x${count - 1}` : 'stale';
  if (typeof value === 'number') return `${value}x${count - 1}`;
  const [from, to] = value;
  const each = (to - from) / (count - 1);
  return `${from}${each < 0 ? '-' : '+'}${Math.abs(each)}x${count - 1}`;
}

export const always = (value: number): Life => [[value, 300]];

/** Good until minute 50, bad until 150, then good again. */
export const spell = (good: number, bad: number | undefined): Life => [
  [good, 50],
  [bad, 100],
  [good, 100],
];
/** A counter that grows in the same time, by one each minute. */
export const counting: Life = [
  [0, 50],
  [[1, 100], 100],
  [100, 100],
];
