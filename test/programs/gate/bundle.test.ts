import { readFileSync } from 'node:fs';

interface GateBuild {
  readonly BUNDLE: string;
  readonly bundleGate: () => string;
}

const { BUNDLE, bundleGate } = jest.requireActual<GateBuild>('../../../scripts/gate');

test('programs/gate/main.cjs is made from its sources: run `node scripts/gate.js` after a change of them', () => {
  expect(readFileSync(BUNDLE, 'utf8')).toBe(bundleGate());
});

test('the gate is one file that needs nothing but Node', () => {
  const needed = [...readFileSync(BUNDLE, 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name);
  expect(needed.length).toBeGreaterThan(5);
  expect(needed.filter((name) => !name.startsWith('node:'))).toEqual([]);
});
