import type { BuildCache, BuildSecret } from './build-options';
import type { HealthCheckOptions } from './health-check';
import type { BuiltImageOptions, Image, PulledImageOptions } from './image';
import { byName, either, listOf, NUMBER, TEXT, TEXTS_BY_NAME } from './option-shapes';
import type { OptionShapes, Shape } from './option-shapes';
import { DURATION, IMAGE } from './value-shapes';

const BASE: Shape<string | Image> = either(TEXT, IMAGE);
const SECRET: Shape<BuildSecret> = either<BuildSecret, BuildSecret>(
  hasOne<{ readonly file: string }>('file'),
  hasOne<{ readonly variable: string }>('variable'),
);
const CACHE: Shape<BuildCache> = either<BuildCache, BuildCache>(
  hasOne<{ readonly registry: string }>('registry'),
  hasOne<{ readonly directory: string }>('directory'),
);
const CACHES = listOf(CACHE, 'objects such as { registry } and { directory }');

export const PULLED: OptionShapes<PulledImageOptions> = { platform: TEXT };
export const BUILT: OptionShapes<BuiltImageOptions> = {
  dockerfile: TEXT,
  target: TEXT,
  args: byName('strings', TEXT),
  baseImages: byName('images', BASE),
  labels: TEXTS_BY_NAME,
  platform: TEXT,
  secrets: byName('secrets', SECRET),
  ssh: byName('strings', TEXT),
  contexts: byName('strings', TEXT),
  cacheFrom: CACHES,
  cacheTo: CACHES,
};
export const CHECK: OptionShapes<HealthCheckOptions> = {
  interval: DURATION,
  timeout: DURATION,
  retries: NUMBER,
  startPeriod: DURATION,
};

/** Returns the shape of an object with one string. */
function hasOne<Value>(name: keyof Value & string): Shape<Value> {
  const fits = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Readonly<Record<string, unknown>>)[name] === 'string';
  return { expected: `an object such as { ${name}: 'x' }`, fits };
}
