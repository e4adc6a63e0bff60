import type { Cpus } from './cpus';
import type { Duration } from './duration';
import type { HealthCheck } from './health-check';
import type { Image } from './image';
import { made } from './option-shapes';
import type { Shape } from './option-shapes';
import type { Schedule } from './schedule';
import type { Size } from './size';
import type { Tls } from './tls';

export const CPUS: Shape<Cpus> = made('Cpus.of(0.5)', 'count');
export const DURATION: Shape<Duration> = made('Duration.seconds(10)', 'toMillis');
export const HEALTH_CHECK: Shape<HealthCheck> = made("HealthCheck.command(['/bin/check'])", 'startTimeout');
export const IMAGE: Shape<Image> = made("Image.of('nginx:1.29.1') or Image.build('api')", 'kind');
export const SCHEDULE: Shape<Schedule> = made("Schedule.daily({ at: '03:00' })", 'longestGap');
export const SIZE: Shape<Size> = made('Size.mebibytes(512)', 'toBytes');
export const TLS: Shape<Tls> = made('Tls.internal()', 'kind');
