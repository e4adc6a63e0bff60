import { inTurns, median } from './figures';
import { withPart } from './record';
import { table, missedBounds } from './table';

describe('figures', () => {
  test('are medians, between the two in the middle where there is no middle', () => {
    expect(median([3])).toBe(3);
    expect(median([9, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  test('are taken in turns', async () => {
    const order: string[] = [];
    const runner = (name: string) => async () => ({ run: order.push(name) });
    const taken = await inTurns({ a: runner('a'), b: runner('b') }, 2);
    expect(order).toEqual(['a', 'b', 'a', 'b']);
    expect(taken('b', 'run')).toEqual([2, 4]);
  });
});

describe('a table', () => {
  const part = {
    contests: [
      {
        what: 'synthesis',
        unit: 's' as const,
        lines: [
          { name: 'ours', samples: [1, 2, 3] },
          { name: 'theirs', samples: [1], most: 1.2 },
          { name: 'others', samples: [4] },
        ] as const,
      },
      { what: 'tests', unit: 's' as const, lines: [{ name: 'ours', samples: [20] }] as const, limit: 30 },
    ],
    notes: ['One note.'],
  };

  test('shows what was measured, and judges the bounds', () => {
    expect(table(part)).toBe(
      [
        '|           |        |    min | median |    max | ratio | at most |    met |',
        '|-----------|--------|-------:|-------:|-------:|------:|--------:|-------:|',
        '| synthesis | ours   | 1.00 s | 2.00 s | 3.00 s |       |         |        |',
        '|           | theirs | 1.00 s | 1.00 s | 1.00 s |  2.00 |     1.2 | **no** |',
        '|           | others | 4.00 s | 4.00 s | 4.00 s |  0.50 |         |        |',
        '| tests     | ours   | 20.0 s | 20.0 s | 20.0 s |       |    30 s |    yes |',
        '',
        '- One note.',
      ].join('\n'),
    );
  });

  test('names the bounds that do not hold', () => {
    expect(missedBounds(part)).toEqual(['synthesis against theirs']);
    expect(missedBounds({ contests: [], notes: ['SKIPPED'] })).toEqual([]);
  });
});

describe('the page', () => {
  const page = '# Performance\n\n## Figures\n\nNone are written down yet.\n\n## Next\n';

  test('gets a part at the end of its section, in place of the word that there is none', () => {
    expect(withPart(page, 'synth', 'TABLE')).toBe(
      '# Performance\n\n## Figures\n\n<!-- bench synth -->\n\nTABLE\n\n<!-- end of bench synth -->\n\n## Next\n',
    );
  });

  test('keeps the other parts when one is measured again', () => {
    const both = withPart(withPart(page, 'synth', 'OLD'), 'tests', 'TESTS');
    expect(withPart(both, 'synth', 'NEW')).toBe(both.replace('OLD', 'NEW'));
  });

  test('has to have a section of figures', () => {
    expect(() => withPart('# Performance\n', 'synth', 'TABLE')).toThrow('no section "## Figures"');
  });
});
