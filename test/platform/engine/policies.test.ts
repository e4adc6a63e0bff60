import { ENGINE_POLICIES } from '../../../lib/platform/engine/policies';
import type { RenderedResource, TerraformValue } from '../../../lib/model/stack/policy';
import { renderedResources } from '../../../lib/model/stack/rendered-resources';

function verdict(
  type: string,
  attributes: Record<string, TerraformValue>,
  requireImageDigests = false,
): readonly string[] {
  const resources: readonly RenderedResource[] = [{ type, id: 'it', path: 'shop-test/It', attributes }];
  return ENGINE_POLICIES.flatMap((policy) =>
    policy.check({ resources, requireImageDigests }).map(({ path }) => `${policy.name} at ${path}`),
  );
}

describe('upload-needs-writable-root', () => {
  const upload = [{ file: '/a', content: 'x' }];

  test('refuses an upload into a read-only container', () => {
    expect(verdict('docker_container', { read_only: true, upload })).toEqual([
      'upload-needs-writable-root at shop-test/It',
    ]);
  });

  test.each([
    ['a writable one', 'docker_container', { read_only: false, upload }],
    ['one that does not say', 'docker_container', { upload }],
    ['a read-only one without an upload', 'docker_container', { read_only: true }],
    ['something that is no container', 'docker_service', { read_only: true, upload }],
  ])('lets %s pass', (_what, type, attributes) => {
    expect(verdict(type, attributes)).toEqual([]);
  });
});

describe('publishable-ports', () => {
  const ports = [{ internal: 80, external: 80 }];

  test.each(['host', 'none', 'container:abc'])('refuses ports under the network mode %s', (mode) => {
    expect(verdict('docker_container', { ports, network_mode: mode })).toEqual(['publishable-ports at shop-test/It']);
  });

  test.each([
    [{ ports, network_mode: 'bridge' }],
    [{ ports }],
    [{ network_mode: 'host' }],
    [{ ports, network_mode: 'hosting' }],
  ])('lets %j pass', (attributes) => {
    expect(verdict('docker_container', attributes)).toEqual([]);
  });
});

describe('pinned-images', () => {
  test('refuses a tag alone, where images are pinned', () => {
    expect(verdict('docker_image', { name: 'shop/api:1.0' }, true)).toEqual(['pinned-images at shop-test/It']);
    expect(verdict('docker_image', { name: 'shop/api:1.0' }, false)).toEqual([]);
  });

  test('lets digests and builds pass', () => {
    expect(verdict('docker_image', { name: `shop/api:1.0@sha256:${'a'.repeat(64)}` }, true)).toEqual([]);
    expect(verdict('docker_image', { name: 'shop-test/api:abc', build: { context: '.' } }, true)).toEqual([]);
  });
});

test('resources are told by the construct that rendered them, or by their address', () => {
  const resource = {
    docker_container: { a: { '//': { metadata: { path: 'shop/A' } } }, b: { name: 'b' } },
  };
  expect(renderedResources({ resource }).map(({ path }) => path)).toEqual(['shop/A', 'docker_container.b']);
  expect(renderedResources({})).toEqual([]);
});
