import type { ServerSetting } from './server-settings';

export type ServerSettings = Readonly<Record<string, ServerSetting>>;

const KIB = 1024;
const UNITS: Readonly<Record<string, number>> = { B: 1, kB: KIB, MB: KIB ** 2, GB: KIB ** 3, TB: KIB ** 4 };

/** Bytes that a plain number of these settings counts. */
const BASE_UNITS: Readonly<Record<string, number>> = {
  shared_buffers: 8 * KIB,
  work_mem: KIB,
  maintenance_work_mem: KIB,
};

/** Returns a setting in bytes; undefined for a text that only the server can read. */
export function settingBytes(settings: ServerSettings, name: string, otherwise: number): number | undefined {
  const value = settings[name];
  if (value === undefined) return otherwise;
  if (typeof value === 'object') return 'toBytes' in value ? value.toBytes() : undefined;
  const [, digits, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kMGT]?B)?\s*$/.exec(String(value)) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (unit === undefined ? (BASE_UNITS[name] ?? 1) : (UNITS[unit] ?? 1));
}

/** Returns a setting that is a plain number; undefined for anything else. */
export function settingNumber(settings: ServerSettings, name: string, otherwise: number): number | undefined {
  const value = settings[name];
  if (value === undefined) return otherwise;
  const number = typeof value === 'object' || typeof value === 'boolean' || value === '' ? NaN : Number(value);
  return Number.isFinite(number) ? number : undefined;
}
