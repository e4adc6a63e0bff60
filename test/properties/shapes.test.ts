// Slow: synthesizes a stack for each wrong value.

import { ConfigurationError } from '../../lib';
import { SAID } from '../support/said-texts';
import type { SaidTexts } from '../support/said-texts';
import { synth } from '../support/stacks';

jest.setTimeout(300_000);

type Path = readonly (string | number)[];

/** Paths of all values, and of the objects and lists that hold them. */
function placesOf(value: unknown, at: Path = []): readonly Path[] {
  const here = at.length > 1 || typeof value !== 'object' ? [at] : [];
  if (typeof value !== 'object' || value === null) return here;
  const entries = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [...here, ...entries.flatMap(([key, item]) => placesOf(item, [...at, key]))];
}

function withValue(value: unknown, [first, ...rest]: Path, wrong: unknown): unknown {
  if (first === undefined) return wrong;
  if (Array.isArray(value)) return value.map((item, index) => (index === first ? withValue(item, rest, wrong) : item));
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([key, item]) => [key, key === first ? withValue(item, rest, wrong) : item]));
}

const WRONG = [5, 'text', true, {}, null, [], ['a'], () => 1];

/** Returns the first line of an error that is not the library's. */
function foreignError({ build }: SaidTexts, said: unknown): string | undefined {
  try {
    synth(build(said as Record<string, unknown>));
  } catch (error) {
    if (!ConfigurationError.isConfigurationError(error)) return String(error).split('\n')[0];
  }
  return undefined;
}

/** Services of one own state a spec, which has checks of its own. */
test.each(Object.entries(SAID).filter(([name]) => name !== 'workload'))(
  'A value of any other type, in the options of %s, is taken or refused in our words',
  (_name, texts) => {
    const foreign = placesOf(texts.said).flatMap((at) =>
      WRONG.map((wrong) => [at.join('.'), wrong, foreignError(texts, withValue(texts.said, at, wrong))] as const),
    );
    expect(foreign.filter(([, , error]) => error !== undefined)).toEqual([]);
  },
);
