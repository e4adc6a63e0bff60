import { Engine, Duration, MonitoringStack, PostgresService, ReverseProxy, Secret, DataVolume } from '../../../lib';
import type { AlertRule, EnvironmentStack, RegistryCredentials } from '../../../lib';
import { BackupRepository } from '../../../lib';
import { refusal } from '../../support/refusal';
import { api, job, worker } from '../../support/services';
import { container, synth, testStack } from '../../support/stacks';

const registry = (passwordVariable: string): RegistryCredentials => ({
  address: 'ghcr.io',
  username: 'shop',
  passwordVariable,
});

describe('what used to end in an error of another program', () => {
  test.each(['a b', 'a-b', '__proto__', '${x}', 'count', '1a', ''])('the password variable %j is refused', (name) => {
    expect(() => new Engine({ registries: [registry(name)] })).toThrow(
      'Engine passwordVariable must be letters, digits and "_", beginning with a letter, and not one of source, ' +
        `version, providers, count, for_each, lifecycle, depends_on, locals, got ${JSON.stringify(name)}; ` +
        'write for example "registry_password"',
    );
  });

  const constructs: readonly (readonly [string, (stack: EnvironmentStack, id: string) => unknown])[] = [
    ['ApiService', (stack, id) => api(stack, {}, id)],
    ['WorkerService', (stack, id) => worker(stack, {}, id)],
    ['Job', (stack, id) => job(stack, {}, id)],
    ['PostgresService', (stack, id) => new PostgresService(stack, id)],
    ['ReverseProxy', (stack, id) => new ReverseProxy(stack, id)],
    ['Secret', (stack, id) => new Secret(stack, id, { name: 'a' })],
    ['DataVolume', (stack, id) => new DataVolume(stack, id, { name: 'a' })],
    ['MonitoringStack', (stack, id) => new MonitoringStack(stack, id)],
  ];
  test.each(constructs)('an id of a %s that every object has as a property is refused', (_name, make) => {
    for (const id of ['constructor', '__proto__', 'toString']) {
      expect(refusal((stack) => make(stack, id))).toBe(
        `[shop-test] construct id must not be the name of a property of every object, got ${JSON.stringify(id)}`,
      );
    }
  });

  test('a host name that every object has as a property is like any other', () => {
    const stack = testStack({ expose: {}, replicas: {} });
    new ReverseProxy(stack, 'Proxy').addRoute(api(stack, { hostname: 'constructor' }));
    const block = container(synth(stack), 'constructor');
    expect(block).toMatchObject({ hostname: 'constructor' });
    expect(block).not.toHaveProperty('ports');
  });

  const { for: _, ...rule } = {
    name: 'Late',
    expr: 'up == 0',
    for: Duration.minutes(1),
    severity: 'warning',
    labels: {},
    summary: 'late',
    description: 'wait',
  };
  test('an alert rule without `for` is refused', () => {
    expect(
      refusal((stack) => {
        worker(stack);
        new MonitoringStack(stack, 'Monitoring', { rules: [rule as AlertRule] });
      }),
    ).toContain('alert rule "Late" must have `for`, got ["name","expr","severity","labels","summary","description"]');
  });

  test('a maintenance without `retryAfter` is refused', () => {
    const maintenance = { message: 'soon' } as { message: string; retryAfter: Duration };
    expect(refusal((stack) => new ReverseProxy(stack, 'Proxy', { maintenance }).addRoute(api(stack)))).toContain(
      '`maintenance.retryAfter` must be written like Duration.seconds(10), got undefined',
    );
  });

  test('half of a character as the user of a REST repository is refused', () => {
    const stack = testStack();
    const password = new Secret(stack, 'Password');
    expect(() => BackupRepository.rest({ url: 'https://backup.example.org', user: '\ud800', password })).toThrow(
      'user of a REST repository must not contain half of a character, got "\\ud800"',
    );
  });

  test.each([
    ['${TfToken[TOKEN.987654321]}', 'text that looks like a reference of cdktf, but refers to nothing'],
    ['#{TfToken[TOKEN.1]}', 'text that looks like a reference of cdktf, but refers to nothing'],
    ['a\u0301', 'decomposed Unicode, which Terraform would compose (write `text.normalize("NFC")`, or use a file)'],
  ])('the variable %j is refused with its place', (value, reason) => {
    expect(refusal((stack) => worker(stack, { environment: { A: value } }))).toBe(
      `[shop-test/Worker] environment variable "A" contains ${reason}; remove it`,
    );
  });

  test('a reference stays a reference beside signs of templates', () => {
    const stack = testStack();
    const { workload } = worker(stack);
    const [name = ''] = workload.upstreamHosts();
    workload.variables.add('A', `\${x} } %{y} ${name} \${z}`);
    expect(container(synth(stack), 'worker').env).toEqual(['A=$${x} } %%{y} ${docker_container.worker.name} $${z}']);
  });
});

describe('the password of a registry', () => {
  const documentOf = (ephemeralPasswords?: boolean) => {
    const stack = testStack({ platform: new Engine({ registries: [registry('token')], ephemeralPasswords }) });
    worker(stack);
    return synth(stack);
  };

  test('is in no saved plan', () => {
    const { variable, terraform } = documentOf();
    expect(variable).toEqual({ token: { ephemeral: true, sensitive: true, type: 'string' } });
    expect(terraform).toMatchObject({ required_version: '>= 1.10.0' });
  });

  test('is a variable that an older Terraform knows, where that is wanted', () => {
    const { variable, terraform } = documentOf(false);
    expect(variable).toEqual({ token: { sensitive: true, type: 'string' } });
    expect(terraform).toMatchObject({ required_version: '>= 1.7.0' });
  });
});
