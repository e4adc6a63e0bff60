import type { Construct } from 'constructs';
import { Cpus, Duration, HealthCheck, Image, Service, Size, Tier } from '../../lib';
import type { EnvironmentStack, WorkloadSpec } from '../../lib';

/** A service as somebody outside of the library may write one: any spec, nothing else. */
export class PlainService extends Service {
  public constructor(scope: Construct, id: string, spec: WorkloadSpec, tier: Tier = Tier.APP) {
    super(scope, id, tier, spec);
  }
}

/** The least a workload can say. */
export const PLAIN: WorkloadSpec = {
  kind: 'service',
  hostname: 'plain',
  image: Image.of('shop/plain:1.0'),
  readOnlyRootFilesystem: true,
  tmpfs: [],
  capabilities: [],
  memory: Size.mebibytes(64),
  cpus: Cpus.of(1),
  stopGracePeriod: Duration.seconds(10),
  logs: { maxSize: Size.mebibytes(1), maxFiles: 2 },
  replicas: 1,
  ports: [],
  healthTimeout: Duration.seconds(45),
  ownedPaths: [],
  labels: {},
};

/** Every field said, each in a way that differs from PLAIN. A new field is missing here until it is added. */
export const FULL: Required<WorkloadSpec> = {
  kind: 'service',
  hostname: 'full',
  image: Image.of('shop/full:2.0@sha256:' + 'b'.repeat(64)),
  entrypoint: ['/entry', '--flag'],
  command: ['serve', 'all'],
  workingDirectory: '/srv/app',
  user: '1000:1001',
  readOnlyRootFilesystem: false,
  tmpfs: [{ path: '/tmp', size: Size.mebibytes(16), mode: '0700' }, { path: '/var/cache/app' }],
  capabilities: ['net_bind_service', 'CAP_CHOWN', 'NET_BIND_SERVICE'],
  memory: Size.gibibytes(1),
  cpus: Cpus.of(0.5),
  shmSize: Size.mebibytes(128),
  pidsLimit: 300,
  ulimits: [
    { name: 'nofile', soft: 1024, hard: 65_536 },
    { name: 'core', hard: 0 },
  ],
  sysctls: { 'net.core.somaxconn': '2048' },
  healthCheck: HealthCheck.command(['/bin/check', 'me'], {
    interval: Duration.seconds(90),
    timeout: Duration.millis(1500),
    retries: 4,
    startPeriod: Duration.hours(1),
  }),
  stopSignal: 'SIGQUIT',
  stopGracePeriod: Duration.millis(20_500),
  logs: { maxSize: Size.kibibytes(512), maxFiles: 7 },
  replicas: 1,
  onEachHost: true,
  ports: [
    { container: 443, host: 8443, address: '127.0.0.1', protocol: 'udp' },
    { container: 443, host: 8443, address: '127.0.0.1', protocol: 'tcp' },
    { container: 80, host: 8080, address: '::1', protocol: 'tcp' },
  ],
  replacement: 'cutover',
  healthTimeout: Duration.minutes(2),
  ownedPaths: ['/data'],
  afterRestore: 'run',
  labels: { 'org.example.team': '${shop} %{a}' },
};

export function plain(stack: EnvironmentStack, spec: Partial<WorkloadSpec> = {}, id = 'Plain'): PlainService {
  return new PlainService(stack, id, { ...PLAIN, ...spec });
}
