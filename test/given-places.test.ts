import { join } from 'node:path';
import { Engine } from '../lib';
import type { RegistryCredentials } from '../lib';
import { refusal } from './support/refusal';
import type { Build } from './support/refusal';
import { worker } from './support/services';
import { synth, testStack } from './support/stacks';

describe('registries', () => {
  const credentials = { username: 'ci', passwordVariable: 'registry_password' };

  function provider(registries: readonly RegistryCredentials[]): {
    readonly blocks: unknown;
    readonly variables: unknown;
  } {
    const stack = testStack({ platform: new Engine({ registries }) });
    worker(stack, {}, 'registry_password');
    const document = synth(stack);
    const [docker] = (document.provider as { readonly docker: readonly { readonly registry_auth: unknown }[] }).docker;
    return { blocks: docker?.registry_auth, variables: document.variable };
  }

  test('share a password, whose variable may be called as a construct', () => {
    const password = '${var.registry_password}';
    expect(
      provider([
        { address: 'registry.example', ...credentials },
        { address: 'mirror.example:5000', ...credentials, username: 'a${b}' },
      ]),
    ).toEqual({
      blocks: [
        { address: 'registry.example', username: 'ci', password },
        { address: 'mirror.example:5000', username: 'a$${b}', password },
      ],
      variables: { registry_password: { ephemeral: true, type: 'string', sensitive: true } },
    });
  });

  test('that say no more than their address are asked with the login of the docker command', () => {
    expect(provider([{ address: 'ghcr.io' }])).toEqual({
      blocks: [{ address: 'ghcr.io', config_file: '${pathexpand("~/.docker/config.json")}' }],
      variables: undefined,
    });
  });

  test('of Docker Hub are called as the provider looks them up', () => {
    const { blocks } = provider([{ address: 'docker.io', ...credentials }]);
    expect(blocks).toEqual([{ address: 'registry-1.docker.io', username: 'ci', password: '${var.registry_password}' }]);
  });

  const address = (got: string): string =>
    'address of a registry must be its host with its port, as image names begin, without a scheme and a path: "ghcr.io", got ' +
    JSON.stringify(got);

  const variable = (got: string): string =>
    'Engine passwordVariable must be letters, digits and "_", beginning with a letter, and not one of source, version, ' +
    `providers, count, for_each, lifecycle, depends_on, locals, got ${got}; write for example "registry_password"`;

  test.each<[readonly RegistryCredentials[], string]>([
    [[{ address: 'https://registry.example', ...credentials }], address('https://registry.example')],
    [[{ address: 'registry.example/team', ...credentials }], address('registry.example/team')],
    [[{ address: '', ...credentials }], address('')],
    [[{ address: 'ghcr.io', ...credentials, passwordVariable: 'registry password' }], variable('"registry password"')],
    [[{ address: 'ghcr.io', ...credentials, passwordVariable: 'source' }], variable('"source"')],
    [
      [{ address: 'ghcr.io', username: 'ci' }],
      'registry "ghcr.io" must have a `username` and a `passwordVariable`, or neither, for the login of the docker command; got "ci" and undefined',
    ],
    [[{ address: 'ghcr.io' }, { address: 'ghcr.io' }], 'registry "ghcr.io" is listed twice; keep one of them'],
  ])('%j are refused', (registries, message) => {
    expect(refusal(() => new Engine({ registries }))).toBe(message);
  });
});

describe('a directory of the host', () => {
  test.each(['~/data', './consume', 'data', '$HOME/data'])('is not %s', (source) => {
    expect(refusal((stack) => worker(stack).workload.addBindMount(source, '/data'))).toBe(
      `[shop-test/Worker] directory of the host must be an absolute path, without "~", got "${source}"; write it out, ` +
        'or `path.resolve(__dirname, …)` for one of this project',
    );
  });

  test.each([
    ['ssh://deploy@shop.example.org', false],
    ['tcp://10.0.0.7:2376', false],
    ['unix:///run/user/1000/docker.sock', true],
    ['ssh://deploy@localhost', true],
  ])('of this project is mounted by the engine %s: %s', (host, mounted) => {
    const build: Build = (stack) => worker(stack).workload.addBindMount(join(process.cwd(), 'consume'), '/data');
    expect(refusal(build, { platform: new Engine({ host }) })).toBe(
      mounted
        ? 'nothing was refused'
        : `[shop-test/Worker] directory "${process.cwd()}/consume" is in this project, and the engine "${host}" mounts ` +
            'directories of its own machine; bring the files in with the image or `addFile`, or name a directory of that machine',
    );
  });

  test('of the machine of the engine is mounted from elsewhere too', () => {
    const platform = new Engine({ host: 'ssh://deploy@shop.example.org' });
    expect(refusal((stack) => worker(stack).workload.addBindMount('/srv/data', '/data'), { platform })).toBe(
      'nothing was refused',
    );
  });
});
