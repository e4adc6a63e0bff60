import * as path from 'node:path';
import type { Construct } from 'constructs';
import {
  ApiService,
  Duration,
  EnvironmentStack,
  HealthCheck,
  Image,
  PostgresService,
  ReverseProxy,
  Size,
} from '../../lib';
import type { Environment, EnvironmentStackProps } from '../../lib';
import { addBackup } from './backup';
import { addMonitoring } from './monitoring';
import type { MnemoLiteSettings } from './settings';

const here = (name: string): string => path.join(__dirname, name);

/** MnemoLite: an API on PostgreSQL with pgvector, behind a proxy. */
export class MnemoLiteStack extends EnvironmentStack {
  public readonly postgres: PostgresService;
  public readonly api: ApiService;
  public readonly proxy: ReverseProxy;

  public constructor(
    scope: Construct,
    environment: Environment,
    settings: MnemoLiteSettings,
    places: Pick<EnvironmentStackProps, 'backend' | 'secretsDirectory' | 'encryptedSecretsDirectory'> = {},
  ) {
    const { domain, edge, expose, replicas } = settings;
    super(scope, { system: 'mnemolite', environment, domain, edge, expose, replicas, ...places });
    this.postgres = this.addPostgres(settings.database);
    this.api = this.addApi(settings.api);
    this.api.connectTo(this.postgres);
    this.proxy = this.addProxy(settings.monitoring);
    if (settings.backup !== undefined) addBackup(this, this.postgres, settings.backup);
    if (settings.monitoring !== undefined) addMonitoring(this, settings.monitoring);
  }

  private addPostgres(settings: MnemoLiteSettings['database']): PostgresService {
    return new PostgresService(this, 'Postgres', {
      image: Image.build(here('db'), { baseImages: { POSTGRES_IMAGE: 'pgvector/pgvector:0.8.6-pg18-trixie' } }),
      majorVersion: 18,
      database: 'mnemolite',
      extensions: ['vector', 'pg_partman'],
      acceptNoBackup: settings.acceptNoBackup,
      memory: settings.memory,
      cpus: settings.cpus,
      settings: {
        shared_buffers: settings.sharedBuffers,
        effective_cache_size: settings.effectiveCacheSize,
        maintenance_work_mem: settings.maintenanceWorkMem,
        work_mem: settings.workMem,
        max_connections: settings.maxConnections,
        max_parallel_workers_per_gather: settings.parallelWorkers,
      },
    });
  }

  private addApi(settings: MnemoLiteSettings['api']): ApiService {
    return new ApiService(this, 'Api', {
      image: Image.build(here('api'), { baseImages: { PYTHON_IMAGE: 'python:3.12-slim' } }),
      port: 8000,
      healthCheck: HealthCheck.command(['python', '-I', '-S', '/app/healthcheck.py', '/ready'], {
        startPeriod: settings.startPeriod,
      }),
      migrations: { command: ['alembic', 'upgrade', 'head'] },
      source: { directory: here('api'), path: '/app', command: ['python', '-m', 'mnemolite', '--reload'] },
      metricsPath: '/metrics',
      traces: true,
      memory: settings.memory,
      cpus: settings.cpus,
      environment: { LOG_LEVEL: settings.logLevel, WEB_CONCURRENCY: String(settings.workers) },
    });
  }

  private addProxy(monitoring: MnemoLiteSettings['monitoring']): ReverseProxy {
    const proxy = new ReverseProxy(this, 'Proxy', { objective: { availability: 0.999 } });
    proxy.addRoute(this.api, {
      maxRequestBody: Size.mebibytes(10),
      probe: '/ready',
      // Computed from logs, which the monitoring keeps.
      objective: monitoring === undefined ? undefined : { availability: 0.999 },
      // Embeddings are slow.
      responseTimeout: Duration.minutes(5),
      rateLimit: { requests: 10, per: Duration.seconds(1), burst: 20, required: false },
    });
    return proxy;
  }
}
