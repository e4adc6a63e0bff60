import { Cpus, Duration, Size } from '../../lib';
import type { SystemSettings } from '../../lib';
import type { MnemoLiteBackup } from './backup';
import type { MnemoLiteMonitoring } from './monitoring';

/** Settings in which the environments of MnemoLite differ. */
export interface MnemoLiteSettings extends SystemSettings {
  readonly database: {
    readonly memory: Size;
    readonly cpus: Cpus;
    readonly sharedBuffers: Size;
    readonly effectiveCacheSize: Size;
    readonly maintenanceWorkMem: Size;
    readonly workMem: Size;
    readonly maxConnections: number;
    readonly parallelWorkers: number;
    /** Reason why a kept database needs no backup. */
    readonly acceptNoBackup?: string;
  };
  readonly api: {
    readonly memory: Size;
    readonly cpus: Cpus;
    readonly workers: number;
    readonly logLevel: 'DEBUG' | 'INFO' | 'WARNING';
    readonly startPeriod: Duration;
  };
  /** Backups of the database; the data of dev and test can be made again. */
  readonly backup?: MnemoLiteBackup;
  readonly monitoring?: MnemoLiteMonitoring;
}

const small: MnemoLiteSettings = {
  database: {
    memory: Size.gibibytes(2),
    cpus: Cpus.of(1),
    sharedBuffers: Size.mebibytes(512),
    effectiveCacheSize: Size.gibibytes(1),
    maintenanceWorkMem: Size.mebibytes(256),
    workMem: Size.mebibytes(32),
    maxConnections: 100,
    parallelWorkers: 2,
  },
  api: {
    memory: Size.gibibytes(2),
    cpus: Cpus.of(1),
    workers: 1,
    logLevel: 'INFO',
    startPeriod: Duration.seconds(30),
  },
};

const large: MnemoLiteSettings = {
  database: {
    memory: Size.gibibytes(16),
    cpus: Cpus.of(4),
    sharedBuffers: Size.gibibytes(4),
    effectiveCacheSize: Size.gibibytes(12),
    maintenanceWorkMem: Size.gibibytes(1),
    workMem: Size.mebibytes(64),
    maxConnections: 200,
    parallelWorkers: 4,
  },
  api: {
    memory: Size.gibibytes(8),
    cpus: Cpus.of(4),
    workers: 4,
    logLevel: 'WARNING',
    startPeriod: Duration.seconds(60),
  },
};

/** Settings by name of the environment. Test is dev without its conveniences; staging is prod with fewer resources. */
export const SETTINGS: Readonly<Record<string, MnemoLiteSettings>> = {
  dev: {
    ...small,
    edge: { http: 8001 },
    // Not 5432: many development machines run a PostgreSQL of their own.
    expose: { postgres: 15432 },
    api: { ...small.api, logLevel: 'DEBUG' },
  },
  test: { ...small, edge: { http: 8002 } },
  staging: {
    ...small,
    domain: 'staging.mnemolite.localhost',
    edge: { http: 8080, https: 8443 },
    api: { ...small.api, workers: 2 },
    backup: { acceptSameHost: 'staging holds nothing that cannot be entered again' },
  },
  prod: {
    ...large,
    domain: process.env.MNEMOLITE_DOMAIN ?? 'mnemolite.localhost',
    edge: { address: '*', http: 80, https: 443 },
    replicas: { api: 2 },
    expose: { grafana: 3000 },
    backup: {
      pitr: true,
      bucket: process.env.MNEMOLITE_BACKUP_BUCKET,
      acceptSameHost: 'no MNEMOLITE_BACKUP_BUCKET is set: an example that runs without an account elsewhere',
    },
    monitoring: { alerts: process.env.MNEMOLITE_ALERTS },
  },
};
