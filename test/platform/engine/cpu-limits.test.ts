import * as fc from 'fast-check';
import { cpuLimits } from '../../../lib/platform/engine/cpu-limits';
import { Cpus } from '../../../lib/values';
import { acceptsOrRefuses, hostileNumber } from '../../values/support';

test.each([
  [0.01, 1_000, 10],
  [0.5, 50_000, 512],
  [1 / 3, 33_333, 341],
  [1, 100_000, 1024],
  [1024, 102_400_000, 1_048_576],
])('%d processors are a quota of %d µs in a period of 100,000, and %d shares', (count, cpuQuota, cpuShares) => {
  expect(cpuLimits(Cpus.of(count))).toEqual({ cpuPeriod: 100_000, cpuQuota, cpuShares });
});

test('the kernel accepts each quota', () => {
  fc.assert(
    fc.property(hostileNumber, (count) => {
      if (!acceptsOrRefuses(() => Cpus.of(count))) return;
      expect(cpuLimits(Cpus.of(count)).cpuQuota).toBeGreaterThanOrEqual(1000);
    }),
  );
});
