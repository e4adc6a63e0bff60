import * as path from 'node:path';
import {
  BackupJob,
  BackupRepository,
  DataVolume,
  Duration,
  Engine,
  HealthCheck,
  Image,
  MonitoringStack,
  Notification,
  PostgresService,
  ReverseProxy,
  Secret,
  staticUpstreams,
  Tls,
} from '../../lib';
import type { EnvironmentStack, EnvironmentStackProps, RouteOptions } from '../../lib';
import { PLAIN, plain } from './plain-service';
import { api, worker } from './services';
import { testStack } from './stacks';
import type { Place } from './stacks';

/** A part of the public options: texts that are all well, and the stack that comes of them. */
export interface SaidTexts {
  readonly said: Record<string, unknown>;
  readonly build: (said: Record<string, unknown>) => EnvironmentStack;
}

function says<Said extends Record<string, unknown>>(
  said: Said,
  build: (said: Said, stack: EnvironmentStack) => unknown,
): SaidTexts {
  return {
    said,
    build: (changed) => {
      const stack = testStack();
      build(changed as Said, stack);
      return stack;
    },
  };
}

const CONTEXT = path.join(__dirname, 'image-context');
const secret = (stack: EnvironmentStack, id: string): Secret => new Secret(stack, id, { origin: 'supplied' });

const runtime = {
  hostname: 'mine',
  user: '1000:1000',
  ulimits: [{ name: 'nofile', hard: 4096 }],
  tmpfs: [{ path: '/scratch', mode: '0700' }],
  capabilities: ['CHOWN'],
  environment: { A: 'b' },
};

/** Every option of a kind that takes a text. */
export const SAID: Readonly<Record<string, SaidTexts>> = {
  worker: says(
    {
      id: 'Worker',
      ...runtime,
      command: ['a', 'b'],
      entrypoint: ['c'],
      check: ['/check', 'd'],
      image: 'shop/worker:1',
    },
    ({ id, check, image, ...props }, stack) =>
      worker(stack, { ...props, image: Image.of(image), healthCheck: HealthCheck.command(check) }, id),
  ),
  workload: says(
    {
      spec: { workingDirectory: '/srv', stopSignal: 'SIGINT', ownedPaths: ['/data'], labels: { a: 'b' }, user: '999' },
      file: { path: '/etc/app/file', content: 'text' },
      directory: { source: '/srv/source', path: '/source' },
      volume: { name: 'uploads', path: '/data' },
      reload: {
        directory: '/etc/live',
        fileName: 'live.conf',
        content: 'live',
        words: ['reload', 'all'],
        signal: 'SIGHUP',
      },
      alias: 'other',
    },
    ({ spec, file, directory, volume, reload, alias }, stack) => {
      const { workload, network } = plain(stack, { ...PLAIN, ...spec });
      workload.addFile(file);
      workload.addBindMount(directory.source, directory.path);
      const { volume: data } = new DataVolume(stack, 'Volume', { name: volume.name });
      workload.addVolume(data, volume.path);
      const { content, words, ...config } = reload;
      workload.addReloadable({ ...config, render: () => ({ content }), after: () => [], reload: () => words });
      workload.joinNetwork(network, alias);
    },
  ),
  api: says(
    {
      migrations: { command: ['migrate'] },
      healthCheck: { path: '/health', host: '127.0.0.1' },
      shell: 'curl localhost',
      metricsPath: '/metrics',
      source: { directory: '/srv/code', path: '/app', command: ['serve', '--reload'] },
      secret: { id: 'Token', name: 'token', description: 'a token' },
      variable: 'TOKEN',
    },
    (said, stack) => {
      const service = api(stack, {
        command: ['serve'],
        migrations: said.migrations,
        metricsPath: said.metricsPath,
        source: said.source,
        healthCheck: HealthCheck.http({ ...said.healthCheck, port: 8000, client: 'python' }),
      });
      const { id, ...props } = said.secret;
      service.workload.exportSecret(said.variable, new Secret(stack, id, props));
      new ReverseProxy(stack, 'Proxy').addRoute(service);
      worker(stack, { healthCheck: HealthCheck.shell(said.shell) });
    },
  ),
  image: says(
    {
      pulled: { reference: 'shop/worker:1', platform: 'linux/amd64' },
      built: { dockerfile: 'Dockerfile', target: 'last', args: { A: 'b' }, baseImages: { BASE: 'alpine:3' } },
    },
    ({ pulled, built }, stack) => {
      worker(stack, { image: Image.of(pulled.reference, { platform: pulled.platform }) }, 'Pulled');
      worker(stack, { image: Image.build(CONTEXT, built) }, 'Built');
    },
  ),
  postgres: says(
    {
      id: 'Postgres',
      ...runtime,
      database: 'shop',
      settings: { work_mem: '4MB' },
      extensions: ['vector'],
      added: 'log',
      alias: 'LOG',
      export: { DATABASE_URL: 'URL' },
    },
    ({ id, added, alias, export: exported, ...props }, stack) => {
      const postgres = new PostgresService(stack, id, props);
      const consumer = worker(stack, { command: ['work'] });
      consumer.connectTo(postgres, { export: exported });
      consumer.connectTo(postgres.addDatabase(added), { alias });
    },
  ),
  proxy: says(
    {
      id: 'Proxy',
      props: {
        ...runtime,
        user: '0',
        maintenance: 'back soon',
        securityHeaders: { 'X-A': 'b' },
        trustedProxies: ['10.0.0.0/8'],
      },
      tls: { certificate: '/etc/tls/cert.pem', key: '/etc/tls/key.pem' },
      upstream: 'legacy:80',
      user: 'admin',
      route: {
        host: 'shop.example.org',
        path: '/v1/*',
        probe: '/v1/health',
        allow: ['10.0.0.0/8'],
        requestHeaders: { 'X-C': 'd' },
        responseHeaders: { 'X-E': 'f' },
      } satisfies RouteOptions,
    },
    ({ id, props, tls, upstream, user, route }, stack) => {
      const maintenance = { message: props.maintenance, retryAfter: Duration.minutes(1) };
      const proxy = new ReverseProxy(stack, id, { ...props, maintenance, tls: Tls.files(tls) });
      proxy.addRoute(api(stack), { ...route, basicAuth: [{ user, password: secret(stack, 'Admin') }] });
      proxy.addRoute(staticUpstreams(upstream), { path: '/legacy' });
    },
  ),
  backup: says(
    {
      id: 'Backup',
      hostname: 'saver',
      acceptSameHost: 'a test',
      local: { name: 'near', directory: '/srv/backup' },
      s3: { name: 's3', endpoint: 'https://s3.example.org', bucket: 'b', prefix: 'p', region: 'r' },
      rest: { name: 'rest', url: 'https://rest.example.org/shop', user: 'shop' },
      assertion: { database: 'app', sql: 'select true' },
      email: { from: 'a@example.org', to: ['b@example.org'], server: 'mail.example.org', user: 'mailer' },
    },
    ({ id, hostname, acceptSameHost, local, s3, rest, assertion, email }, stack) => {
      const postgres = new PostgresService(stack, 'Postgres');
      worker(stack).connectTo(postgres);
      const keys = { accessKeyId: secret(stack, 'KeyId'), secretAccessKey: secret(stack, 'Key') };
      new BackupJob(stack, id, {
        source: postgres,
        hostname,
        acceptSameHost,
        repositories: [
          BackupRepository.directory(local.directory, { name: local.name }),
          BackupRepository.s3({ ...s3, ...keys }),
          BackupRepository.rest({ ...rest, password: secret(stack, 'RestPassword') }),
        ],
        drill: { assertions: [assertion] },
        email: { ...email, password: secret(stack, 'MailPassword') },
      });
    },
  ),
  monitoring: says(
    {
      id: 'Monitoring',
      channel: '#alerts',
      email: { from: 'a@example.org', to: ['b@example.org'], server: 'mail.example.org' },
      runbooks: 'https://runbooks.example.org',
      rule: {
        name: 'Late',
        expr: 'up == 0',
        labels: { a: 'b' },
        summary: 'late',
        description: 'wait',
        runbook: 'https://runbooks.example.org/late',
      },
    },
    ({ id, channel, email, runbooks, rule }, stack) => {
      new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
      new MonitoringStack(stack, id, {
        notifications: [Notification.slack({ webhook: secret(stack, 'Slack'), channel }), Notification.email(email)],
        runbooks,
        rules: [{ ...rule, for: Duration.minutes(5), severity: 'warning' }],
      });
    },
  ),
  engine: {
    said: {
      host: 'ssh://deploy@docker.example.org',
      certificates: '/etc/docker/certificates',
      sshOptions: ['-o', 'BatchMode=yes'],
      providerVersion: '3.6.2',
      registries: [{ address: 'ghcr.io', username: 'shop', passwordVariable: 'registry_password' }],
    },
    build: (said) => {
      const stack = testStack({ platform: new Engine(said) });
      worker(stack);
      return stack;
    },
  },
  environment: {
    said: {
      environment: {
        name: 'test',
        domain: 'shop.example.org',
        edge: { address: '127.0.0.1' },
        expose: { api: 8080 },
        replicas: { worker: 2 },
        imageMirrors: { 'shop/worker': 'mirror.example.org/shop/worker' },
      },
      props: { system: 'shop', secretsDirectory: '.no-secrets', encryptedSecretsDirectory: '.no-secrets' },
    },
    build: (said) => {
      const { environment, props } = said as { environment: Partial<Place>; props: EnvironmentStackProps };
      const stack = testStack(environment, props);
      worker(stack).workload.addSecret(new Secret(stack, 'Token'));
      new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
      return stack;
    },
  },
};
