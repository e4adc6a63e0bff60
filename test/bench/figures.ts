/** What was measured of one contestant. */
export interface Line {
  readonly name: string;
  readonly samples: readonly number[];
  /** Bound for how many times the first line's median may be of this one's. */
  readonly most?: number;
}

/** Contestants that did the same, in turns. The first line is ours, and the others are what it is compared with. */
export interface Contest {
  readonly what: string;
  readonly unit: 's' | 'ms' | 'MiB';
  readonly lines: readonly [Line, ...Line[]];
  /** Bound for the median of the first line, where it is not one for a ratio. */
  readonly limit?: number;
}

/** One part of the benchmark. */
export interface Part {
  readonly contests: readonly Contest[];
  /** What a reader has to know about the figures, and what was skipped and why. */
  readonly notes: readonly string[];
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

/** Lets everybody run once before anybody runs again, so that a machine that gets slower gets slower for all. */
export async function inTurns<Name extends string>(
  contestants: Readonly<Record<string, () => Promise<Readonly<Record<Name, number>>>>>,
  rounds: number,
): Promise<(contestant: string, name: Name) => readonly number[]> {
  const taken = new Map<string, Readonly<Record<Name, number>>[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [contestant, run] of Object.entries(contestants)) {
      taken.set(contestant, [...(taken.get(contestant) ?? []), await run()]);
    }
  }
  return (contestant, name) => (taken.get(contestant) ?? []).map((figures) => figures[name]);
}
