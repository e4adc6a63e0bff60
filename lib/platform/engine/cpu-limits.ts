import type { Cpus } from '../../values';

const PERIOD_MICROS = 100_000;
const SHARES_PER_CPU = 1024;
const MIN_SHARES = 2;

/** Processor limit of a container, in the fields of the kernel's scheduler. */
export interface CpuLimits {
  /** Length of a period, in microseconds. */
  readonly cpuPeriod: number;
  /** Processor time in each period, in microseconds. */
  readonly cpuQuota: number;
  /** Weight relative to other containers. It counts only while processors are short. */
  readonly cpuShares: number;
}

/** Returns the limits for an amount of processor time. */
export function cpuLimits({ count }: Cpus): CpuLimits {
  return {
    cpuPeriod: PERIOD_MICROS,
    cpuQuota: Math.round(PERIOD_MICROS * count),
    cpuShares: Math.max(MIN_SHARES, Math.round(SHARES_PER_CPU * count)),
  };
}
