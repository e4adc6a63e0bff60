import type { Container } from '@cdktf/provider-docker/lib/container';
import { DataVolume, EnvironmentStack, Secret } from '../../lib';
import { refusal } from '../support/refusal';
import { api, worker } from '../support/services';
import { container, findings, ids, synth, testStack, variables } from '../support/stacks';

describe('a service', () => {
  test('takes variables, secrets, files, volumes and directories of the host after it was made', () => {
    const stack = testStack();
    const service = worker(stack);
    service.addEnvironment('MODE', 'fast');
    const path = service.addSecret(new Secret(stack, 'Token'));
    service.addFile({ path: '/etc/worker/settings.ini', content: 'a = 1\n' });
    service.addVolume(new DataVolume(stack, 'Index'), '/var/lib/index');
    service.addBindMount('/srv/scans', '/scans');
    const document = synth(stack);
    expect(path).toBe('/run/secrets/token');
    expect(variables(document, 'worker')).toEqual({ MODE: 'fast' });
    expect(container(document, 'worker')).toMatchObject({
      volumes: [
        { container_path: '/var/lib/index', volume_name: '${docker_volume.index.name}' },
        { container_path: '/scans', host_path: '/srv/scans', read_only: true },
        { container_path: '/run/secrets', read_only: true },
        { container_path: '/etc/worker', read_only: true },
      ],
    });
    expect(container(document, 'worker-files')).toMatchObject({
      upload: [{ file: '/run/secrets/token' }, { content: 'a = 1\n', file: '/etc/worker/settings.ini' }],
    });
  });

  test('has its container as default child, for overrides', () => {
    const stack = testStack();
    const { node } = worker(stack);
    (node.defaultChild as Container).addOverride('runtime', 'nvidia');
    expect(container(synth(stack), 'worker')).toMatchObject({ runtime: 'nvidia' });
  });

  test('knows the stack that it stands in', () => {
    const stack = testStack();
    expect(EnvironmentStack.of(worker(stack).workload)).toBe(stack);
    expect(refusal(() => EnvironmentStack.of(stack.node.root))).toContain('stands in no EnvironmentStack');
  });
});

describe('a volume that something else made', () => {
  test('is mounted and is no resource, so that no deploy makes or removes it', () => {
    const stack = testStack({ keepData: true });
    const service = worker(stack);
    const volume = DataVolume.fromName(stack, 'Uploads', 'Shop_uploads');
    service.addVolume(volume, '/uploads');
    const document = synth(stack);
    expect(container(document, 'worker')).toMatchObject({
      volumes: [{ container_path: '/uploads', volume_name: 'Shop_uploads' }],
    });
    expect([ids(document, 'docker_volume'), document.removed]).toEqual([[], undefined]);
    expect(service.workload.stopsFirst).toBe(true);
  });

  test('may be used by two stacks of one engine', () => {
    const first = testStack();
    const second = new EnvironmentStack(first.node.root, { system: 'blog', environment: first.environment });
    for (const stack of [first, second]) {
      worker(stack).addVolume(DataVolume.fromName(stack, 'Shared', 'shared'), '/shared', { readOnly: true });
    }
    expect([findings(first), findings(second)]).toEqual([[], []]);
  });

  test('has a name that Docker takes', () => {
    expect(refusal((stack) => DataVolume.fromName(stack, 'Uploads', 'a/b'))).toBe(
      '[shop-test/Uploads] volume name must be two letters, digits, "_", "." or "-" at least, starting with a letter or digit, at most 255 characters, got "a/b"',
    );
    expect(refusal((stack) => api(stack).addVolume(DataVolume.fromName(stack, 'Uploads', 'ab'), 'uploads'))).toContain(
      'mount path must be',
    );
  });
});
