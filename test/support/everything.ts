import {
  BackupJob,
  BackupRepository,
  Duration,
  Engine,
  Image,
  PostgresService,
  ReverseProxy,
  Secret,
  staticUpstreams,
  Tls,
} from '../../lib';
import { FULL, plain } from './plain-service';
import { api, job, worker } from './services';
import { synth, testStack } from './stacks';
import type { Document } from './stacks';

/** A document with everything in it that this library can render. */
export function everything(): Document {
  const platform = new Engine({
    host: 'ssh://deploy@docker.example.org',
    sshOptions: ['-o', 'BatchMode=yes'],
    registries: [{ address: 'ghcr.io', username: 'shop', passwordVariable: 'registry_password' }],
  });
  const tls = Tls.files({ certificate: '/etc/tls/cert.pem', key: '/etc/tls/key.pem' });
  const stack = testStack({ platform, tls, keepData: true, expose: { postgres: 15432 }, domain: 'shop.example.org' });
  const postgres = new PostgresService(stack, 'Postgres', { extensions: ['vector'], settings: { jit: false } });
  const service = api(stack, {
    command: ['serve'],
    replicas: 3,
    migrations: { command: ['migrate'] },
    image: Image.of('shop/api:1.0', { platform: 'linux/amd64' }),
  });
  service.connectTo(postgres, { access: 'readWrite', export: { DATABASE_URL: 'URL' } });
  worker(stack, { overlap: false }).connectTo(postgres.addDatabase('log'), { alias: 'LOG', access: 'readOnly' });
  new BackupJob(stack, 'Backup', {
    source: postgres,
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
  });
  job(stack).workload.startAfter(service.workload);
  const proxy = new ReverseProxy(stack, 'Proxy', { trustedProxies: ['10.0.0.0/8'] });
  proxy.addRoute(service, { basicAuth: [{ user: 'admin', password: new Secret(stack, 'AdminPassword') }] });
  proxy.addRoute(staticUpstreams('legacy:80'), { path: '/old/*', responseTimeout: Duration.minutes(9) });
  const volume = platform.createVolume(stack, 'Data', { name: 'shop-test-full-data', keep: false, data: true });
  const { workload } = plain(stack, { ...FULL, replacement: 'stop-first' });
  workload.addVolume(volume, '/data');
  workload.addBindMount('/srv/source', '/source');
  workload.addFile({ path: '/etc/app/a', content: 'x' });
  workload.addFile({ path: '/etc/app/b', content: 'e\u0301 in two signs', executable: true });
  return synth(stack);
}
