import { Cpus, Duration, HealthCheck, Image, Size } from '../../lib';
import type { WorkloadSpec } from '../../lib';

/** A value for each field of a spec, different from that of PLAIN. By its type no field can be missing. */
export const SPEC_VALUES: Required<WorkloadSpec> = {
  kind: 'job',
  hostname: 'other',
  image: Image.of('shop/plain:1.1'),
  entrypoint: ['/entry'],
  command: ['serve'],
  workingDirectory: '/srv',
  user: '1000:1001',
  readOnlyRootFilesystem: false,
  tmpfs: [{ path: '/tmp' }],
  capabilities: ['CHOWN'],
  memory: Size.mebibytes(65),
  cpus: Cpus.of(2),
  shmSize: Size.mebibytes(1),
  pidsLimit: 99,
  ulimits: [{ name: 'nofile', hard: 4096 }],
  healthCheck: HealthCheck.shell('true'),
  stopSignal: 'SIGINT',
  stopGracePeriod: Duration.seconds(11),
  logs: { maxSize: Size.mebibytes(1), maxFiles: 3 },
  replicas: 2,
  onEachHost: true,
  ports: [{ container: 1, host: 2, address: '192.0.2.1', protocol: 'tcp' }],
  replacement: 'stop-first',
  healthTimeout: Duration.seconds(46),
  ownedPaths: ['/data'],
  sysctls: { 'net.core.somaxconn': '1' },
  labels: { a: 'b' },
  afterRestore: 'skip',
};
