import { Lazy } from 'cdktf';
import { Duration, PostgresService, ReverseProxy, Secret, staticUpstreams, Tls } from '../../../lib';
import type { ReloadableConfig, WorkloadSpec } from '../../../lib';
import { plain } from '../../support/plain-service';
import { unclaimedReferences } from '../../support/references';
import { api, job } from '../../support/services';
import { block, container, ids, revision, synth, testStack } from '../../support/stacks';
import type { Block, Document } from '../../support/stacks';

/** The gate's command for a resource. */
function gate(block: Block): string {
  const [step] = block.provisioner as readonly { readonly 'local-exec': { readonly command: string } }[];
  return (step?.['local-exec'].command ?? '').replace(/^node assets\/Gate\/[0-9a-f]+\/main\.cjs /, '');
}

function dependsOn(document: Document, id: string): readonly string[] {
  return ((container(document, id).depends_on ?? []) as readonly string[]).map((address) =>
    address.replace('docker_container.', ''),
  );
}

describe('a stateless service is cut over', () => {
  const stack = testStack();
  const migration = job(stack, { hostname: 'migration' });
  const service = api(stack, { replicas: 3 });
  service.workload.startAfter(migration.workload);
  new ReverseProxy(stack, 'Proxy').addRoute(service);
  const document = synth(stack);
  /** What the proxy's writer carries under a path. */
  const staged = (file: string): string | undefined => {
    const uploads = container(document, 'proxy-config').upload as readonly { file: string; content: string }[];
    return uploads.find((upload) => upload.file === file)?.content;
  };

  test('is created before its predecessor is destroyed, under a name of its own', () => {
    expect(container(document, 'api')).toMatchObject({
      name: 'shop-test-api-${substr(uuid(), 0, 8)}',
      lifecycle: { create_before_destroy: true, ignore_changes: ['name', 'log_opts', 'ulimit'] },
    });
  });

  test('its replicas follow one another, each healthy before the next', () => {
    expect(dependsOn(document, 'api')).toEqual(['migration']);
    expect(dependsOn(document, 'api-2')).toEqual(['migration', 'api']);
    expect(dependsOn(document, 'api-3')).toEqual(['migration', 'api', 'api-2']);
    expect(gate(container(document, 'api-3'))).toBe('healthy --container ${self.id} --timeout 95');
  });

  test('a proxy that is replaced as well is stopped only when they are healthy', () => {
    expect(gate(block(document, 'terraform_data', 'proxy-handover'))).toContain('handover');
    expect(dependsOn(document, 'proxy-files')).toEqual(['api', 'api-2', 'api-3']);
  });

  test('all replicas answer to the host name, and the proxy lists each of them', () => {
    const aliases = (id: string): unknown =>
      (container(document, id).networks_advanced as { aliases?: unknown }[])[0]?.aliases;
    expect(['api', 'api-2', 'api-3'].map(aliases)).toEqual([['api'], ['api'], ['api']]);
    const names = ['api', 'api-2', 'api-3'].map((id) => `\${docker_container.${id}.name}`).join(' ');
    const places = [names, names, names, names].join(' ');
    expect(staged('/etc/caddy/upstream-api.a.next')).toBe(places);
    expect(staged('/etc/caddy/upstream-api.b.next')).toBe(places);
  });

  test('a new version changes nothing that the proxy would have to reload', () => {
    expect(staged('/etc/caddy/Caddyfile.next')).not.toContain('docker_container');
    expect(gate(block(document, 'terraform_data', 'proxy-config-reload'))).toContain(
      '--live /etc/caddy/Caddyfile --followed /etc/caddy/upstream-api.a --followed /etc/caddy/upstream-api.b',
    );
  });

  test('the proxy takes over only what is healthy, and keeps running', () => {
    expect(dependsOn(document, 'proxy-config')).toEqual(['api', 'api-2', 'api-3']);
    const { depends_on: reload } = block(document, 'terraform_data', 'proxy-config-reload');
    expect(reload).toEqual(container(document, 'proxy-config').depends_on);
    expect(revision(document, 'proxy-config')).toContain(
      '"${docker_container.api.name}", "${docker_container.api-2.name}", "${docker_container.api-3.name}"',
    );
    expect(revision(document, 'proxy')).not.toContain('docker_container');
    expect(unclaimedReferences(document)).toEqual([]);
  });
});

describe('what may run only once stops first', () => {
  const stopsFirst = (
    spec: Partial<WorkloadSpec>,
    data?: { readonly data: boolean; readonly readOnly?: boolean },
  ): boolean => {
    const stack = testStack();
    const { workload } = plain(stack, spec);
    if (data !== undefined) {
      const volume = stack.environment.platform.createVolume(stack, 'V', {
        name: 'shop-test-v',
        keep: false,
        data: data.data,
      });
      workload.addVolume(volume, '/data', { readOnly: data.readOnly });
    }
    const document = synth(stack);
    expect(ids(document, 'terraform_data').includes('plain-handover')).toBe(workload.stopsFirst);
    return workload.stopsFirst;
  };

  test('that owns data, and not one that only reads it, or shares a socket', () => {
    expect(stopsFirst({}, { data: true })).toBe(true);
    expect(stopsFirst({}, { data: true, readOnly: true })).toBe(false);
    expect(stopsFirst({}, { data: false })).toBe(false);
  });

  test('that owns a port of the host', () => {
    expect(stopsFirst({ ports: [{ container: 80, host: 8080, address: '127.0.0.1', protocol: 'tcp' }] })).toBe(true);
    expect(stopsFirst({})).toBe(false);
  });

  test('unless the workload knows better', () => {
    expect(stopsFirst({ replacement: 'cutover' }, { data: true })).toBe(false);
    expect(stopsFirst({ replacement: 'stop-first' })).toBe(true);
  });

  test('and its files are in place, and the old ones stopped, before the new one starts; a failure undoes it', () => {
    const stack = testStack({ expose: { postgres: 15432 } });
    new PostgresService(stack, 'Postgres');
    const document = synth(stack);
    expect(gate(container(document, 'postgres-files'))).toBe('open --container ${self.id} --name ${self.name}');
    expect(block(document, 'terraform_data', 'postgres-handover').triggers_replace).toEqual([
      '${docker_container.postgres-files.id}',
      '${docker_container.postgres-files.name}',
    ]);
    expect(gate(block(document, 'terraform_data', 'postgres-handover'))).toBe(
      'handover --container ${docker_container.postgres-files.id} --name ${docker_container.postgres-files.name} ' +
        '--predecessors docker-constructs.workload=shop-test/postgres --grace 90',
    );
    expect(dependsOn(document, 'postgres')).toEqual(['postgres-files', 'terraform_data.postgres-handover']);
    expect(gate(container(document, 'postgres'))).toBe(
      'healthy --container ${self.id} --timeout 200 --predecessors docker-constructs.workload=shop-test/postgres ' +
        '--prepare ${docker_container.postgres-files.id}',
    );
    const ends = block(document, 'terraform_data', 'handovers-closed');
    expect(ends.triggers_replace).toEqual(['${docker_container.postgres.id}']);
    expect(gate(ends)).toBe(
      'close --container ${docker_container.postgres-files.id} --name ${docker_container.postgres-files.name}',
    );
  });
});

describe('services that nobody waits for', () => {
  const shared = (document: Document): Record<string, unknown> =>
    Object.fromEntries(
      ids(document, 'terraform_data')
        .filter((id) => id.startsWith('services-healthy'))
        .map((id) => [id, block(document, 'terraform_data', id).triggers_replace]),
    );

  test('have one gate, which their predecessors outlive', () => {
    const stack = testStack();
    plain(stack, { hostname: 'one', healthTimeout: Duration.seconds(30) }, 'One');
    plain(stack, { hostname: 'two', healthTimeout: Duration.seconds(70) }, 'Two');
    const document = synth(stack);
    expect([container(document, 'one').provisioner, container(document, 'two').provisioner]).toEqual([
      undefined,
      undefined,
    ]);
    expect(shared(document)).toEqual({
      'services-healthy': ['${docker_container.one.id}', '${docker_container.two.id}'],
    });
    const healthy = block(document, 'terraform_data', 'services-healthy');
    expect(gate(healthy)).toBe('healthy --container ${join(" --container ", self.triggers_replace)} --timeout 70');
    expect(healthy.lifecycle).toEqual({ create_before_destroy: true });
  });

  test('are not those that somebody waits for, that stop first, or that have replicas', () => {
    const stack = testStack();
    const awaited = plain(stack, { hostname: 'awaited' }, 'Awaited');
    plain(stack, { hostname: 'last' }, 'Last').workload.startAfter(awaited.workload);
    plain(stack, { hostname: 'replicated', replicas: 2 }, 'Replicated');
    plain(
      stack,
      { hostname: 'published', ports: [{ container: 1, host: 1, address: '127.0.0.1', protocol: 'tcp' }] },
      'P',
    );
    new ReverseProxy(stack, 'Proxy').addRoute(api(stack));
    const document = synth(stack);
    expect(shared(document)).toEqual({ 'services-healthy': ['${docker_container.last.id}'] });
    for (const id of ['awaited', 'replicated', 'replicated-2', 'published', 'api', 'proxy']) {
      expect(gate(container(document, id))).toMatch(/^healthy --container \$\{self\.id\} --timeout/);
    }
  });

  test('are looked after in groups whose ids fit into a command', () => {
    const stack = testStack();
    for (let index = 0; index < 101; index++) plain(stack, { hostname: `worker-${index}` }, `Worker${index}`);
    const groups = shared(synth(stack));
    expect(groups['services-healthy']).toHaveLength(100);
    expect(groups['services-healthy-2']).toEqual(['${docker_container.worker-100.id}']);
  });
});

describe('files and secrets', () => {
  const stack = testStack();
  const { workload } = plain(stack);
  workload.addFile({ path: '/etc/app/main.conf', content: 'a = "${b}" %{c}\n' });
  workload.addFile({ path: '/etc/app/run.sh', content: '#!/bin/sh\n', executable: true });
  workload.addFile({ path: '/srv/empty', content: '' });
  workload.addSecret(new Secret(stack, 'Key'));
  const document = synth(stack);

  test('come in a container that never starts, with nothing of the program', () => {
    const { upload: _upload, volumes: _volumes, lifecycle: _lifecycle, ...rest } = container(document, 'plain-files');
    expect(rest).toEqual({
      name: 'shop-test-plain-files-${substr(uuid(), 0, 8)}',
      image: '${docker_image.image-plain-4742e5.image_id}',
      start: false,
      must_run: false,
      network_mode: 'none',
      restart: 'no',
      log_driver: 'json-file',
      destroy_grace_seconds: 1,
      labels: [
        { label: 'docker-constructs.role', value: 'files' },
        { label: 'docker-constructs.stack', value: 'shop-test' },
        { label: 'docker-constructs.revision', value: '${substr(terraform_data.plain-revision.id, 0, 8)}' },
      ],
    });
  });

  test('arrive as they are, readable by any user, a secret by its path only', () => {
    expect(container(document, 'plain-files').upload).toEqual([
      { file: '/run/secrets/key', source: '${path.root}/../../../.no-secrets/shop-test/key', permissions: '0444' },
      { file: '/etc/app/main.conf', content: 'a = "$${b}" %%{c}\n', permissions: '0444' },
      { file: '/etc/app/run.sh', content: '#!/bin/sh\n', permissions: '0555' },
      { file: '/srv/empty', source: '/dev/null', permissions: '0444' },
    ]);
  });

  test('lie in volumes of the revision, which the program may only read', () => {
    const mounts = (readOnly: boolean): readonly object[] => [
      { container_path: '/run/secrets', read_only: readOnly, volume_name: '${docker_volume.plain-secrets.name}' },
      { container_path: '/etc/app', read_only: readOnly, volume_name: '${docker_volume.plain-etc-app-cd84.name}' },
      { container_path: '/srv', read_only: readOnly, volume_name: '${docker_volume.plain-srv-2815.name}' },
    ];
    expect(container(document, 'plain-files').volumes).toEqual(mounts(false));
    expect(container(document, 'plain').volumes).toEqual(mounts(true));
    expect(block(document, 'docker_volume', 'plain-secrets')).toEqual({
      name: 'shop-test-plain-secrets-${substr(terraform_data.plain-revision.id, 0, 8)}',
      driver: 'local',
      lifecycle: { create_before_destroy: true, ignore_changes: ['labels', 'driver_opts'] },
    });
    expect(block(document, 'terraform_data', 'plain-revision').lifecycle).toEqual({ create_before_destroy: true });
  });

  test('also where there are none, each revision has an identity: the next one may have to stop it first', () => {
    const stack = testStack();
    plain(stack);
    const { terraform_data: found } = synth(stack).resource;
    expect(Object.keys(found ?? {}).sort()).toEqual(['plain-revision', 'process-limits', 'services-healthy']);
  });
});

describe('data volumes', () => {
  function server(keepData: boolean): Document {
    const stack = testStack({ keepData, tls: Tls.internal(), expose: { postgres: 15432 } });
    new PostgresService(stack, 'Postgres', { acceptNoBackup: 'a test' });
    new ReverseProxy(stack, 'Proxy').addRoute(staticUpstreams('a:80'));
    return synth(stack);
  }

  test('that are kept are no resources, and an earlier resource is forgotten without being touched', () => {
    const document = server(true);
    expect(ids(document, 'docker_volume').filter((id) => id.endsWith('-data'))).toEqual([]);
    expect(document.removed).toEqual([
      { from: 'docker_volume.postgres-data', lifecycle: { destroy: false } },
      { from: 'docker_volume.proxy-data', lifecycle: { destroy: false } },
    ]);
    expect(container(document, 'postgres').volumes).toContainEqual({
      container_path: '/var/lib/postgresql',
      read_only: false,
      volume_name: 'shop-test-postgres-data',
    });
  });

  test('that are not kept go with the stack, and never with a label or a driver option', () => {
    const document = server(false);
    expect(document.removed).toBeUndefined();
    expect(block(document, 'docker_volume', 'postgres-data')).toEqual({
      name: 'shop-test-postgres-data',
      driver: 'local',
      lifecycle: { ignore_changes: ['labels', 'driver_opts'] },
    });
  });

  test('are given to the user of the program by a job that can do nothing else', () => {
    const document = server(false);
    expect(container(document, 'proxy-ownership')).toMatchObject({
      user: '0:0',
      entrypoint: ['chown', '-R', '65532:65532', '/data'],
      command: [],
      network_mode: 'none',
      read_only: true,
      capabilities: { drop: ['ALL'], add: ['CAP_CHOWN', 'CAP_DAC_READ_SEARCH'] },
      volumes: [{ container_path: '/data', read_only: false, volume_name: '${docker_volume.proxy-data.name}' }],
    });
    expect(gate(container(document, 'proxy-ownership'))).toBe('job --container ${self.id} --timeout 120');
    expect(dependsOn(document, 'proxy')).toEqual([
      'proxy-ownership',
      'proxy-files',
      'terraform_data.proxy-config-reload',
      'terraform_data.proxy-handover',
    ]);
  });
});

describe('a configuration that is reloaded', () => {
  const config = (name: string, text: string): ReloadableConfig => ({
    directory: `/etc/${name}`,
    fileName: 'app.yml',
    render: () => ({ content: text }),
    after: () => [],
    reload: (staged) => ['app', 'reload', staged, '${x}'],
  });

  function withConfigs(...configs: readonly ReloadableConfig[]): Document {
    const stack = testStack();
    const { workload } = plain(stack);
    for (const one of configs) workload.addReloadable(one);
    return synth(stack);
  }

  test('is written under another name, loaded, and put in place by a step of its own', () => {
    const document = withConfigs(config('app', 'a: ${b}'));
    const writer = container(document, 'plain-config');
    expect(writer).toMatchObject({
      name: 'shop-test-plain-config-${substr(uuid(), 0, 8)}',
      start: false,
      upload: [{ file: '/etc/app/app.yml.next', content: 'a: $${b}', permissions: '0444' }],
      volumes: [
        { container_path: '/etc/app', read_only: false, volume_name: '${docker_volume.plain-etc-app-cd84.name}' },
      ],
    });
    expect(gate(writer)).toBe('open --container ${self.id} --name ${self.name}');
    const reload = block(document, 'terraform_data', 'plain-config-reload');
    const [id, name] = ['${docker_container.plain-config.id}', '${docker_container.plain-config.name}'];
    expect(reload.triggers_replace).toEqual([id, name]);
    expect(gate(reload)).toBe(
      `reload --container ${id} --name ${name} --target docker-constructs.workload=shop-test/plain ` +
        '--staged /etc/app/app.yml.next --live /etc/app/app.yml',
    );
    const ends = block(document, 'terraform_data', 'handovers-closed');
    expect(ends.triggers_replace).toEqual(['${terraform_data.plain-config-reload.id}']);
    expect(gate(ends)).toBe(`close --container ${id} --name ${name}`);
    expect(reload.provisioner).toMatchObject([
      { 'local-exec': { environment: { GATE_EXEC: '["app","reload","/etc/app/app.yml.next","$${x}"]' } } },
    ]);
  });

  test('replaces its writer when its text changes, and never the program', () => {
    const [one, two] = [withConfigs(config('app', 'a')), withConfigs(config('app', 'b'))];
    expect(revision(one, 'plain-config')).not.toBe(revision(two, 'plain-config'));
    expect(container(one, 'plain')).toEqual(container(two, 'plain'));
  });

  test('counts what a token stands for, be it a reference or plain text', () => {
    const lazy = (text: string): string => Lazy.stringValue({ produce: () => text });
    const [one, two, three] = ['say "a"', 'say "b"', '${docker_network.app.id}-x'].map((text) =>
      withConfigs(config('app', lazy(text))),
    );
    if (!one || !two || !three) throw new Error('three documents');
    expect(revision(one, 'plain-config')).toContain(String.raw`, "say \"a\"", `);
    expect(revision(one, 'plain-config')).not.toBe(revision(two, 'plain-config'));
    expect(revision(three, 'plain-config')).toContain(', "${docker_network.app.id}-x", ');
  });

  test('may be one of several', () => {
    const document = withConfigs(config('app', 'a'), config('other', 'b'));
    expect(ids(document, 'docker_container')).toEqual(['plain', 'plain-config', 'plain-config-etc-other-6470']);
    expect(dependsOn(document, 'plain')).toEqual([
      'terraform_data.plain-config-reload',
      'terraform_data.plain-config-etc-other-6470-reload',
    ]);
    expect(unclaimedReferences(document)).toEqual([]);
  });
});

interface Label {
  readonly label: string;
  readonly value: string;
}

describe('a job', () => {
  test('runs again when what it ran against was replaced', () => {
    const stack = testStack();
    const first = job(stack, {}, 'First');
    job(stack, {}, 'Second').workload.startAfter(first.workload);
    const document = synth(stack);
    const label = (name: string) =>
      (container(document, name).labels as readonly Label[]).find(
        (one) => one.label === 'docker-constructs.dependencies',
      );
    expect(label('first')).toBeUndefined();
    expect(label('second')?.value).toBe('${substr(sha256(jsonencode(["${docker_container.first.id}"])), 0, 8)}');
  });
});
