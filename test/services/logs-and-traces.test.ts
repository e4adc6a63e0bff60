import {
  ApiService,
  DataVolume,
  Duration,
  HealthCheck,
  Image,
  LogDriver,
  MonitoringStack,
  ReverseProxy,
  Size,
  WorkerService,
} from '../../lib';
import type { ApiServiceProps, EnvironmentStack, MonitoringStackProps } from '../../lib';
import { refusal } from '../support/refusal';
import type { Build } from '../support/refusal';
import { container, findings, ids, revision, synth, testStack, variables } from '../support/stacks';
import type { Document } from '../support/stacks';

const IMAGE = Image.of('shop/api:1.4.2');
const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });

function shop(props: MonitoringStackProps | undefined, api: Partial<ApiServiceProps> = {}): EnvironmentStack {
  const stack = testStack({ edge: { http: 8080 } });
  if (props !== undefined)
    new MonitoringStack(stack, 'Monitoring', { cadvisor: false, blackboxExporter: false, grafana: false, ...props });
  const orders = new ApiService(stack, 'Orders', { image: IMAGE, port: 8000, healthCheck, ...api });
  new ReverseProxy(stack, 'Proxy').addRoute(orders);
  return stack;
}

const driverOf = (document: Document, id: string): unknown => container(document, id).log_driver;
const optionsOf = (document: Document, id: string): Readonly<Record<string, string>> =>
  container(document, id).log_opts as Readonly<Record<string, string>>;
const running = (document: Document): readonly string[] =>
  ids(document, 'docker_container').filter((id) => container(document, id).must_run === true);
const networksOf = (document: Document, id: string): readonly string[] =>
  (container(document, id).networks_advanced as readonly { readonly name: string }[]).map(({ name }) => name);
const commandOf = (document: Document, id: string): string => JSON.stringify(container(document, id).command);

describe('Logs', () => {
  test('are sent by the engine for all but what keeps them', () => {
    const document = synth(shop({ tempo: false }));
    const drivers = running(document).map((id) => [id, driverOf(document, id)]);
    expect(Object.fromEntries(drivers)).toEqual({
      alloy: 'json-file',
      loki: 'json-file',
      'node-exporter': 'splunk',
      orders: 'splunk',
      prometheus: 'splunk',
      proxy: 'splunk',
    });
    expect(optionsOf(document, 'orders').tag).toBe('shop-test orders {{.ID}} 1.4.2');
    expect(container(document, 'alloy').ports).toEqual([
      { internal: 8088, external: 8088, ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  test('need neither root, nor the socket, nor a directory of the host', () => {
    const document = synth(shop({ nodeExporter: false }));
    for (const id of ['alloy', 'loki', 'tempo']) {
      const { user, read_only, capabilities, volumes } = container(document, id);
      expect([id, user]).toEqual([id, id === 'alloy' ? '473:473' : '10001:10001']);
      expect(read_only).toBe(true);
      expect(capabilities).toEqual({ drop: ['ALL'] });
      expect(JSON.stringify(volumes)).not.toContain('host_path');
    }
  });

  test('may go to another port, on both sides', () => {
    const document = synth(shop({ logDriver: LogDriver.splunk({ port: 9999 }) }));
    expect(optionsOf(document, 'orders')['splunk-url']).toBe('http://127.0.0.1:9999');
    expect(container(document, 'alloy').ports).toMatchObject([{ internal: 8088, external: 9999 }]);
  });

  test('may be read from the files of the engine, by root with no capability', () => {
    const document = synth(shop({ logDriver: LogDriver.files({ directory: '/srv/docker/containers' }) }));
    expect(driverOf(document, 'orders')).toBe('json-file');
    const { user, capabilities, ports, volumes } = container(document, 'alloy');
    expect([user, capabilities, ports]).toEqual(['0:0', { drop: ['ALL'] }, undefined]);
    expect(volumes).toContainEqual({
      host_path: '/srv/docker/containers',
      container_path: '/containers',
      read_only: true,
    });
    expect(commandOf(document, 'alloy')).toContain('--stability.level=generally-available');
  });

  test('may go the way of fluentd, which Alloy has to be told to dare', () => {
    const document = synth(shop({ logDriver: LogDriver.fluentd() }));
    expect(driverOf(document, 'orders')).toBe('fluentd');
    expect(container(document, 'alloy').ports).toMatchObject([{ internal: 24_224, external: 24_224 }]);
    expect(commandOf(document, 'alloy')).toContain('--stability.level=experimental');
  });

  test('can be left out, and everything stays as it was', () => {
    const plain = synth(shop(undefined));
    const light = synth(shop({ logDriver: false, tempo: false }));
    expect(running(light)).toEqual(['node-exporter', 'orders', 'prometheus', 'proxy']);
    expect(revision(light, 'orders')).toBe(revision(plain, 'orders'));
    expect(revision(synth(shop({})), 'orders')).not.toBe(revision(plain, 'orders'));
  });

  test('are taken by one that is not told of a new limit: only Loki is replaced', () => {
    const [before, after] = [{}, { loki: { retentionSize: Size.gibibytes(1) } }].map((props) => synth(shop(props)));
    if (before === undefined || after === undefined) throw new Error('two documents');
    expect(running(after).filter((id) => revision(after, id) !== revision(before, id))).toEqual(['loki']);
  });

  test('need a port that no other service of the stack has', () => {
    const stack = testStack({ edge: { http: 8088 } });
    new MonitoringStack(stack, 'Monitoring');
    new ReverseProxy(stack, 'Proxy').addRoute(
      new ApiService(stack, 'Orders', { image: IMAGE, port: 8000, healthCheck }),
    );
    expect(findings(stack)).toEqual([
      '[shop-test/Proxy] host port 127.0.0.1:8088/tcp is taken by shop-test/Monitoring/Alloy; publish one of them on ' +
        'another port (`edge` or `expose` of the stack, `logDriver` of a MonitoringStack)',
    ]);
  });
});

describe('Traces', () => {
  test('are sent by who asks for it, and Alloy comes to where they are', () => {
    const document = synth(shop({}, { traces: true }));
    expect(variables(document, 'orders')).toEqual({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://alloy:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_SERVICE_NAME: 'orders',
      OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=test,service.version=1.4.2',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '1',
    });
    expect(networksOf(document, 'orders')).toEqual(['${docker_network.app.id}']);
    expect(networksOf(document, 'alloy')).toContain('${docker_network.app.id}');
  });

  test('of a part of the requests, and under what the program was told before', () => {
    const environment = { OTEL_SERVICE_NAME: 'shop-orders' };
    const document = synth(shop({}, { traces: { sampleRatio: 0.25 }, environment }));
    expect(variables(document, 'orders')).toMatchObject({
      OTEL_SERVICE_NAME: 'shop-orders',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
  });

  test('go nowhere where nobody takes them', () => {
    const quiet = [shop(undefined, { traces: true }), shop({ tempo: false }, { traces: true }), shop({})];
    for (const stack of quiet) expect(container(synth(stack), 'orders').env).toBeUndefined();
    expect(networksOf(synth(shop({})), 'alloy')).not.toContain('${docker_network.app.id}');
  });

  test('of a worker are taken, too, and need no logs', () => {
    const stack = testStack();
    const worker = new WorkerService(stack, 'Worker', { image: IMAGE, traces: true });
    new DataVolume(stack, 'Data').mountInto(worker, '/data');
    new MonitoringStack(stack, 'Monitoring', { cadvisor: false, logDriver: false, grafana: false });
    const document = synth(stack);
    expect(variables(document, 'worker').OTEL_SERVICE_NAME).toBe('worker');
    expect(running(document)).toEqual(['alloy', 'node-exporter', 'prometheus', 'tempo', 'worker']);
    expect(driverOf(document, 'worker')).toBe('json-file');
    expect(container(document, 'alloy').ports).toBeUndefined();
  });
});

const monitoring = (props: MonitoringStackProps) => (stack: EnvironmentStack) =>
  new MonitoringStack(stack, 'Monitoring', props);

test.each<readonly [Build, string]>([
  [
    monitoring({ logDriver: false, loki: { retention: Duration.days(1) } }),
    '[shop-test/Monitoring] has options for a `loki` and no `logDriver` for it; take one of them out',
  ],
  [
    monitoring({ logDriver: false, tempo: false, alloy: {} }),
    '[shop-test/Monitoring] has options for an `alloy`, and neither `logDriver` nor `tempo` for it; take the options out',
  ],
  [
    monitoring({ loki: { retention: Duration.minutes(1) } }),
    '[shop-test/Monitoring/Loki] `retention` must be a whole number of hours from 1, got "1m0s"; write for example `Duration.days(14)`',
  ],
  [
    monitoring({ tempo: { retentionSize: Size.bytes(1) } }),
    '[shop-test/Monitoring/Tempo] `retentionSize` must be at least 64 MiB, got "1"; write for example `Size.gibibytes(20)`',
  ],
  [
    (stack) => new WorkerService(stack, 'Worker', { image: IMAGE, traces: { sampleRatio: 10 } }),
    '[shop-test/Worker] `traces.sampleRatio` must be a part from 0 to 1, got 10; write for example 0.8 for 80 %',
  ],
])('a mistake is refused with its place: %#', (build, message) => {
  expect(refusal(build)).toBe(message);
});
