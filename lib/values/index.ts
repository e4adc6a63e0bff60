export type { Access } from './access';
export type { AccessLogFields } from './access-log-fields';
export type { AlertRule, AlertSeverity } from './alert-rule';
export type { CertificateLimits } from './certificate-limits';
export type { DashboardSubject } from './chart-subject';
export { assertLine } from './assert-text';
export type { BuildCache, BuilderOptions, BuildSecret } from './build-options';
export { containerAlertOptions, type ContainerAlertOptions } from './container-alert-options';
export { ConfigurationError, type HasPath, pathOf } from './configuration-error';
export { contentHash, type JsonValue } from './content-hash';
export { Cpus } from './cpus';
export { Duration } from './duration';
export { port } from './port';
export { HealthCheck, type HealthCheckOptions, type HttpHealthCheckTarget } from './health-check';
export type { HttpClient } from './http-probe';
export {
  type BuiltImage,
  type BuiltImageOptions,
  describeImage,
  Image,
  isMutable,
  type PulledImage,
  type PulledImageOptions,
} from './image';
export { ImageReference } from './image-reference';
export { imageVersion } from './image-version';
export { applyImageSources, type ImageMirrors } from './image-mirrors';
export type { LogTransport } from './log-transport';
export {
  assertDomain,
  assertEnvironmentKey,
  assertHostname,
  assertIdentifier,
  assertSecretName,
  assertServiceName,
  assertVariableName,
  assertHostVolumeName,
  assertVolumeName,
  isDomain,
  isEnvironmentKey,
} from './names';
export { assertCidr } from './network-address';
export {
  assertOptions,
  byName,
  checked,
  either,
  factory,
  FLAG,
  listOf,
  made,
  NUMBER,
  NUMBERS_BY_NAME,
  OFF,
  oneOf,
  type OptionShapes,
  options,
  required,
  type Shape,
  TEXT,
  TEXTS,
  TEXTS_BY_NAME,
} from './option-shapes';
export { CPUS, DURATION, HEALTH_CHECK, IMAGE, SCHEDULE, SIZE, TLS } from './value-shapes';
export { physicalName } from './physical-name';
export type { PlatformCommands } from './platform-commands';
export { quote } from './quote';
export type { Relabelling } from './relabelling';
export { Schedule, type ScheduleOptions } from './schedule';
export { share } from './share';
export { Size } from './size';
export {
  Tls,
  type TlsAcme,
  type TlsAcmeOptions,
  type TlsFiles,
  type TlsFilesOptions,
  type TlsInternal,
  type TlsOff,
} from './tls';
export { assertTimeZone } from './time-zone';
export { redacted } from './redacted';
