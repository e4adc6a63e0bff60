// Slow: runs Terraform and other processes.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { MnemoLiteStack } from '../../stacks/mnemolite/mnemolite-stack';
import { everything } from '../support/everything';
import { expectGolden } from '../support/golden';
import { mnemolite, mnemoliteStack, withoutMonitoring } from '../support/mnemolite';
import type { Stage } from '../support/mnemolite';
import { describeWith, requireProgram } from '../support/programs';
import { readableStack } from '../support/readable-stack';
import { unclaimedReferences } from '../support/references';
import { block, container, ids, ROOT, synth, variables } from '../support/stacks';
import type { Document } from '../support/stacks';

// Slow machines run these for a while; nothing here is a measurement.

const published = (document: Document): readonly string[] =>
  ids(document, 'docker_container').flatMap((id) => {
    const ports = (container(document, id).ports ?? []) as readonly Record<string, unknown>[];
    return ports.map((port) => `${id} ${String(port.ip)}:${String(port.external)}/${String(port.protocol)}`);
  });

describe('what MnemoLite becomes', () => {
  test.each(['dev', 'prod'] as const)('mnemolite-%s without monitoring is what test/golden says', (stage) => {
    expectGolden(`mnemolite-${stage}`, readableStack(`mnemolite-${stage}`, withoutMonitoring(stage)));
  });

  test.each(['dev', 'test', 'staging', 'prod'] as const)(
    'in mnemolite-%s whatever replaces a container makes a new revision of it',
    (stage) => {
      expect(unclaimedReferences(mnemolite(stage))).toEqual([]);
    },
  );

  test('and so it is in a stack with everything in it', () => {
    expect(unclaimedReferences(everything())).toEqual([]);
  });

  test('no name of a container is given twice, for one that breaks off half-way is replaced before it goes', () => {
    const containers = Object.values(everything().resource.docker_container ?? {});
    expect(containers.length).toBeGreaterThan(10);
    for (const { name, lifecycle } of containers) {
      expect(name).toMatch(/-\$\{substr\(uuid\(\), 0, 8\)\}$/);
      expect(lifecycle).toMatchObject({
        create_before_destroy: true,
        ignore_changes: expect.arrayContaining(['name', 'log_opts', 'ulimit']) as string[],
      });
    }
  });

  test('each environment publishes what it says, and no other port', () => {
    expect(published(mnemolite('dev'))).toEqual(['postgres 127.0.0.1:15432/tcp', 'proxy 127.0.0.1:8001/tcp']);
    expect(published(mnemolite('test'))).toEqual(['proxy 127.0.0.1:8002/tcp']);
    expect(published(mnemolite('staging'))).toEqual([
      'proxy 127.0.0.1:8080/tcp',
      'proxy 127.0.0.1:8443/tcp',
      'proxy 127.0.0.1:8443/udp',
    ]);
    expect(published(mnemolite('prod'))).toEqual([
      'alloy 127.0.0.1:8088/tcp',
      'grafana 127.0.0.1:3000/tcp',
      'proxy 0.0.0.0:80/tcp',
      'proxy :::80/tcp',
      'proxy 0.0.0.0:443/tcp',
      'proxy :::443/tcp',
      'proxy 0.0.0.0:443/udp',
      'proxy :::443/udp',
    ]);
  });

  test('only dev mounts the source and runs the reloading command', () => {
    const source = '${abspath("${path.root}/../../../stacks/mnemolite/api")}';
    const mounted = (stage: Stage): boolean => JSON.stringify(container(mnemolite(stage), 'api')).includes('abspath');
    expect(container(mnemolite('dev'), 'api').volumes).toContainEqual({
      container_path: '/app',
      host_path: source,
      read_only: true,
    });
    expect(container(mnemolite('dev'), 'api').command).toContain('--reload');
    expect((['test', 'staging', 'prod'] as const).filter(mounted)).toEqual([]);
  });

  test('staging and prod have backups, also in a bucket that is named', () => {
    const backups = (['dev', 'test', 'staging', 'prod'] as const).filter((stage) =>
      ids(mnemolite(stage), 'docker_container').includes('postgres-backup'),
    );
    expect(backups).toEqual(['staging', 'prod']);
    const withBucket = (bucket: string): MnemoLiteStack =>
      mnemoliteStack('prod', { backup: { bucket, acceptSameHost: 'not needed' } });
    const stack = withBucket('https://s3.example.org/mnemolite/backups');
    expect(JSON.stringify(synth(stack))).toContain('s3:https://s3.example.org/mnemolite/backups');
    const supplied = stack.context.secrets.filter(({ origin }) => origin === 'supplied').map(({ name }) => name);
    expect(supplied).toEqual(['backup-access-key-id', 'backup-secret-access-key']);
    expect(() => withBucket('s3.example.org')).toThrow('MNEMOLITE_BACKUP_BUCKET "s3.example.org" is no bucket; write');
  });

  test('the application finds its database under the documented variables', () => {
    expect(variables(mnemolite('prod'), 'api')).toEqual({
      DATABASE_HOST: 'postgres',
      DATABASE_NAME: 'mnemolite',
      DATABASE_PASSWORD_FILE: '/run/secrets/postgres-api-password',
      DATABASE_PORT: '5432',
      DATABASE_URL_FILE: '/run/secrets/postgres-api-url',
      DATABASE_USER: 'api',
      LOG_LEVEL: 'WARNING',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://alloy:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=mnemolite,deployment.environment.name=prod',
      OTEL_SERVICE_NAME: 'api',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '1',
      WEB_CONCURRENCY: '4',
    });
  });
});

/** Names on the host and addresses in the state. Each of them that changes costs a deployed system a replacement. */
describe('names that are a promise (a change here is a breaking change)', () => {
  const prod = withoutMonitoring('prod');
  const name = (document: Document, type: string) => (id: string) =>
    String(block(document, type, id).name).replace(/-\$\{substr\(.*\)\}$/, '-<revision>');
  const names = (document: Document, type: string): readonly string[] =>
    ids(document, type).map((id) => `${id} = ${name(document, type)(id)}`);

  test('the containers of mnemolite-prod', () => {
    expect(names(prod, 'docker_container')).toEqual([
      'api = mnemolite-prod-api-<revision>',
      'api-2 = mnemolite-prod-api-2-<revision>',
      'api-files = mnemolite-prod-api-files-<revision>',
      'api-migration = mnemolite-prod-api-migration-<revision>',
      'api-migration-files = mnemolite-prod-api-migration-files-<revision>',
      'postgres = mnemolite-prod-postgres-<revision>',
      'postgres-backup = mnemolite-prod-postgres-backup-<revision>',
      'postgres-backup-drill = mnemolite-prod-postgres-backup-drill-<revision>',
      'postgres-backup-drill-files = mnemolite-prod-postgres-backup-drill-files-<revision>',
      'postgres-backup-files = mnemolite-prod-postgres-backup-files-<revision>',
      'postgres-backup-ownership = mnemolite-prod-postgres-backup-ownership-<revision>',
      'postgres-backup-receiver = mnemolite-prod-postgres-backup-receiver-<revision>',
      'postgres-backup-receiver-files = mnemolite-prod-postgres-backup-receiver-files-<revision>',
      'postgres-files = mnemolite-prod-postgres-files-<revision>',
      'postgres-retire-api = mnemolite-prod-postgres-retire-api-<revision>',
      'postgres-role-api = mnemolite-prod-postgres-role-api-<revision>',
      'postgres-role-api-files = mnemolite-prod-postgres-role-api-files-<revision>',
      'proxy = mnemolite-prod-proxy-<revision>',
      'proxy-config = mnemolite-prod-proxy-config-<revision>',
      'proxy-files = mnemolite-prod-proxy-files-<revision>',
      'proxy-ownership = mnemolite-prod-proxy-ownership-<revision>',
    ]);
  });

  test('the containers of mnemolite-dev', () => {
    expect(names(mnemolite('dev'), 'docker_container')).toEqual([
      'api = mnemolite-dev-api-<revision>',
      'api-files = mnemolite-dev-api-files-<revision>',
      'api-migration = mnemolite-dev-api-migration-<revision>',
      'api-migration-files = mnemolite-dev-api-migration-files-<revision>',
      'postgres = mnemolite-dev-postgres-<revision>',
      'postgres-files = mnemolite-dev-postgres-files-<revision>',
      'postgres-retire-api = mnemolite-dev-postgres-retire-api-<revision>',
      'postgres-role-api = mnemolite-dev-postgres-role-api-<revision>',
      'postgres-role-api-files = mnemolite-dev-postgres-role-api-files-<revision>',
      'proxy = mnemolite-dev-proxy-<revision>',
      'proxy-config = mnemolite-dev-proxy-config-<revision>',
      'proxy-files = mnemolite-dev-proxy-files-<revision>',
    ]);
  });

  test('the data volumes: no resources in prod, where no plan may delete them', () => {
    const mounts = (document: Document): readonly Record<string, unknown>[] =>
      ids(document, 'docker_container').flatMap(
        (id) => (container(document, id).volumes ?? []) as readonly Record<string, unknown>[],
      );
    const plain = mounts(prod)
      .map((mount) => String(mount.volume_name))
      .filter((volume) => !volume.includes('${'));
    expect([...new Set(plain)].sort()).toEqual([
      'mnemolite-prod-postgres-backup-archive',
      'mnemolite-prod-postgres-backup-local',
      'mnemolite-prod-postgres-backup-spool',
      'mnemolite-prod-postgres-backup-state',
      'mnemolite-prod-postgres-data',
      'mnemolite-prod-proxy-data',
    ]);
    expect(prod.removed).toEqual([
      { from: 'docker_volume.postgres-data', lifecycle: { destroy: false } },
      { from: 'docker_volume.proxy-data', lifecycle: { destroy: false } },
      { from: 'docker_volume.postgres-backup-state', lifecycle: { destroy: false } },
      { from: 'docker_volume.postgres-backup-spool', lifecycle: { destroy: false } },
      { from: 'docker_volume.postgres-backup-local', lifecycle: { destroy: false } },
      { from: 'docker_volume.postgres-backup-archive', lifecycle: { destroy: false } },
    ]);
    expect(name(mnemolite('dev'), 'docker_volume')('postgres-data')).toBe('mnemolite-dev-postgres-data');
  });

  test('the volumes that are resources', () => {
    expect(names(prod, 'docker_volume')).toEqual([
      'api-migration-secrets = mnemolite-prod-api-migration-secrets-<revision>',
      'api-secrets = mnemolite-prod-api-secrets-<revision>',
      'postgres-backup-drill-scratch = mnemolite-prod-postgres-backup-drill-scratch',
      'postgres-backup-etc-docker-constructs-e27e = mnemolite-prod-postgres-backup-etc-docker-constructs-e27e-<revision>',
      'postgres-backup-receiver-etc-docker-constructs-e27e = mnemolite-prod-postgres-backup-receiver-etc-docker-constructs-e27e-<revision>',
      'postgres-backup-secrets = mnemolite-prod-postgres-backup-secrets-<revision>',
      'postgres-etc-postgresql-7b35 = mnemolite-prod-postgres-etc-postgresql-7b35-<revision>',
      'postgres-role-api-secrets = mnemolite-prod-postgres-role-api-secrets-<revision>',
      'postgres-socket = mnemolite-prod-postgres-socket',
      'proxy-etc-caddy-f3e0 = mnemolite-prod-proxy-etc-caddy-f3e0',
    ]);
  });

  test('networks, claims and images', () => {
    expect(names(prod, 'docker_network')).toEqual([
      'app = mnemolite-prod-app',
      'data = mnemolite-prod-data',
      'edge = mnemolite-prod-edge',
    ]);
    expect(ids(mnemolite('dev'), 'docker_network')).toEqual(['access', 'app', 'data', 'edge']);
    expect(ids(prod, 'terraform_data')).toEqual([
      'api-migration-revision',
      'api-revision',
      'handovers-closed',
      'postgres-backup-drill-handover',
      'postgres-backup-drill-revision',
      'postgres-backup-handover',
      'postgres-backup-receiver-handover',
      'postgres-backup-receiver-revision',
      'postgres-backup-revision',
      'postgres-handover',
      'postgres-retire-api-revision',
      'postgres-revision',
      'postgres-role-api-revision',
      'process-limits',
      'proxy-config-reload',
      'proxy-handover',
      'proxy-revision',
    ]);
    expect(ids(prod, 'docker_image').map((id) => id.replace(/-[0-9a-f]{6}$/, ''))).toEqual([
      'image-api',
      'image-backup',
      'image-caddy',
      'image-db',
    ]);
  });
});

describe('a document', () => {
  test('is the same in every byte for another time zone, language and process', () => {
    const program = "process.stdout.write(JSON.stringify(require('./test/support/mnemolite').mnemolite('prod')))";
    const env = { ...process.env, TZ: 'Pacific/Apia', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' };
    const text = execFileSync(process.execPath, ['-r', 'ts-node/register', '-e', program], { cwd: ROOT, env });
    expect(text.toString()).toBe(JSON.stringify(mnemolite('prod')));
  });
});

/** The plugin where Terraform finds it without a network; undefined when it is not there. */
function providerFolder(): string | undefined {
  const folders = [
    path.join(homedir(), '.local', 'share', 'terraform', 'plugins'),
    path.join(homedir(), '.terraform.d', 'plugins'),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'registry.terraform.io', 'kreuzwerker', 'docker')));
}

describeWith('terraform', 'Terraform', () => {
  const plugins = providerFolder();
  const validated = plugins === undefined ? test.skip : test;
  const suffix = plugins === undefined ? ' (SKIPPED: no provider kreuzwerker/docker in the local plugin folders)' : '';

  validated(`accepts mnemolite, and a stack with everything in it${suffix}`, () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'validate-'));
    const terraform = (...args: readonly string[]): string =>
      execFileSync(requireProgram('terraform'), args, { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
    try {
      const documents = [mnemolite('dev'), mnemolite('prod'), everything()];
      documents.forEach((document, index) => {
        writeFileSync(path.join(directory, 'cdk.tf.json'), JSON.stringify(document));
        if (index === 0) terraform('init', '-backend=false', '-input=false', `-plugin-dir=${plugins ?? ''}`);
        expect(JSON.parse(terraform('validate', '-json'))).toMatchObject({ valid: true, diagnostics: [] });
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
