import {
  ApiService,
  BackupJob,
  BackupRepository,
  DataVolume,
  Engine,
  EnvironmentStack,
  HealthCheck,
  Image,
  Job,
  MonitoringStack,
  PostgresService,
  ReverseProxy,
  Secret,
  WorkerService,
} from '../../lib';
import { refusal } from '../support/refusal';
import { api } from '../support/services';
import { findings, testApp, testEnvironment, testStack } from '../support/stacks';

const IMAGE = Image.of('shop/app:1.0');
/** As a program without types, or a spread, gives them. */
const misspelt = (name: string): object => ({ [name]: 'x' });

describe('an option that is misspelt', () => {
  const constructs: readonly (readonly [string, string, (stack: EnvironmentStack, wrong: object) => unknown])[] = [
    ['replcias', 'replicas', (stack, wrong) => api(stack, wrong, 'It')],
    ['healthcheck', 'healthCheck', (stack, wrong) => new WorkerService(stack, 'It', { image: IMAGE, ...wrong })],
    ['enviroment', 'environment', (stack, wrong) => new Job(stack, 'It', { image: IMAGE, ...wrong })],
    ['initScript', 'initScripts', (stack, wrong) => new PostgresService(stack, 'It', wrong)],
    ['security_headers', 'securityHeaders', (stack, wrong) => new ReverseProxy(stack, 'It', wrong)],
    ['stripPrefixes', 'stripPrefix', (stack, wrong) => new ReverseProxy(stack, 'It').addRoute(api(stack), wrong)],
    ['notification', 'notifications', (stack, wrong) => new MonitoringStack(stack, 'It', wrong)],
    [
      'retenton',
      'retention',
      (stack, wrong) =>
        new BackupJob(stack, 'It', {
          source: new PostgresService(stack, 'Db'),
          repositories: [BackupRepository.volume()],
          ...wrong,
        }),
    ],
    ['acceptNoBackups', 'acceptNoBackup', (stack, wrong) => new DataVolume(stack, 'It', wrong)],
    ['orgin', 'origin', (stack, wrong) => new Secret(stack, 'It', wrong)],
  ];
  test.each(constructs)('%s is refused with the name that is meant, %s', (name, meant, make) => {
    expect(refusal((stack) => make(stack, misspelt(name)))).toBe(
      `[shop-test/It] ${JSON.stringify(name)} is not an option; write \`${meant}\``,
    );
  });

  test('of an engine is refused', () => {
    expect(() => new Engine(misspelt('hosts'))).toThrow('[Engine] "hosts" is not an option; write `host`');
  });

  test('of a stack or its environment is refused', () => {
    const props = { system: 'shop', environment: testEnvironment(misspelt('keepdata')) };
    expect(() => new EnvironmentStack(testApp(), props)).toThrow(
      '[shop-test] "keepdata" is not an option; write `keepData`',
    );
    expect(() => testStack({}, misspelt('volumeFile'))).toThrow(
      '[shop-test] "volumeFile" is not an option; write `volumesFile`',
    );
  });
});

test('Props of a class that extends a construct may be handed on, and what is like an option that is stated', () => {
  const stack = testStack();
  const healthCheck = HealthCheck.command(['true']);
  const more = { team: 'shop', ports: [8080], memoryOfWorkers: 2, commands: undefined };
  const service = new ApiService(stack, 'Api', { image: IMAGE, port: 8080, healthCheck, ...more });
  new ReverseProxy(stack, 'Proxy').addRoute(service);
  expect(findings(stack)).toEqual([]);
});
