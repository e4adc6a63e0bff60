import { ConfigurationError, quote } from '../../values';
import type { Image, HasPath } from '../../values';
import type { WorkloadSpec } from './workload-spec';

/** A member by which each type is recognized, and an example of a value. */
const TYPES = {
  memory: ['toBytes', 'Size.mebibytes(512)'],
  shmSize: ['toBytes', 'Size.mebibytes(256)'],
  cpus: ['count', 'Cpus.of(0.5)'],
  stopGracePeriod: ['toMillis', 'Duration.seconds(10)'],
  healthTimeout: ['toMillis', 'Duration.minutes(1)'],
  healthCheck: ['startTimeout', "HealthCheck.command(['/bin/check'])"],
} as const;

/** Refuses values of other types, which only an untyped program can pass: they would cause a TypeError. */
export function assertSpecTypes(where: HasPath, spec: WorkloadSpec): void {
  assertImage(where, spec.image);
  for (const [field, [member, example]] of Object.entries(TYPES)) {
    const value: unknown = spec[field as keyof typeof TYPES];
    if (value === undefined || hasMember(value, member)) continue;
    throw new ConfigurationError(where, `\`${field}\` must be written like ${example}, got ${shown(value)}`);
  }
  assertAfterRestore(where, spec.afterRestore);
  for (const directory of spec.tmpfs) {
    if (typeof directory === 'object') continue;
    throw new ConfigurationError(where, `\`tmpfs\` has objects such as { path: '/tmp' }, got ${quote(directory)}`);
  }
}

function assertAfterRestore(where: HasPath, value: unknown): void {
  if (value === undefined || value === 'run' || value === 'skip') return;
  throw new ConfigurationError(where, `\`afterRestore\` must be 'run' or 'skip', got ${quote(value)}`);
}

export function assertImage(where: HasPath, image: Image): void {
  const { kind } = (image as Partial<Image> | null | undefined) ?? {};
  if (kind === 'pulled' || kind === 'built') return;
  throw new ConfigurationError(
    where,
    `\`image\` must be written like Image.of('nginx:1.29.1') or Image.build('api'), got ${shown(image)}`,
  );
}

function hasMember(value: unknown, name: string): boolean {
  return (
    typeof value === 'object' && value !== null && (value as Readonly<Record<string, unknown>>)[name] !== undefined
  );
}

/** Returns a value for a message. Objects appear only by their kind: they may hold a secret. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : quote(value);
}
