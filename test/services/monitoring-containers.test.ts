import * as fc from 'fast-check';
import { HealthCheck, Image, Job, MonitoringStack, PostgresService, WorkerService, ApiService } from '../../lib';
import type { ContainerAlertOptions, EnvironmentStack, MonitoringStackProps } from '../../lib';
import { containerLabels } from '../../lib/config';
import { controlGroup, controlGroups } from '../../lib/platform/engine/control-group';
import type { Relabelling } from '../../lib/values';
import { refusal } from '../support/refusal';
import { container, synth, testStack } from '../support/stacks';
import type { Document } from '../support/stacks';
import { written, writtenRules } from '../support/written-files';
import type { WrittenRule } from '../support/written-files';

const IMAGE = Image.of('shop/api:1.4.2');
const ID = 'f2faa208599df2a321f678fa00809ef6a59ae5a9af77463fb6b23aff9b863ee5';

const LITTLE: MonitoringStackProps = { logDriver: false, tempo: false, grafana: false };

function addOrders(stack: EnvironmentStack, alerts?: ContainerAlertOptions): ApiService {
  const healthCheck = HealthCheck.http({ client: 'python', port: 8000 });
  return new ApiService(stack, 'Orders', { image: IMAGE, port: 8000, healthCheck, metricsPath: '/metrics', alerts });
}

function shop(props: MonitoringStackProps = {}): EnvironmentStack {
  const stack = testStack();
  addOrders(stack).connectTo(new PostgresService(stack, 'Postgres', { acceptNoBackup: 'a test' }));
  new WorkerService(stack, 'MailWorker', { image: IMAGE });
  new Job(stack, 'Import', { image: IMAGE, command: ['import'] });
  new MonitoringStack(stack, 'Monitoring', { ...LITTLE, ...props });
  return stack;
}

const prometheus = (document: Document, name: string): string => written(document, 'prometheus-config', name);
const rulesNamed = (document: Document, name: string): readonly WrittenRule[] =>
  writtenRules(document).filter(({ alert }) => alert === name);

function rulesOf(document: Document, name: string): readonly string[] {
  return rulesNamed(document, name).map(({ labels }) => labels.job ?? '');
}

/** What each service may reach before an alert comes, in a stack two of whose services have something to say about it. */
function limits(cadvisor: MonitoringStackProps['cadvisor']): (alert: string) => Readonly<Record<string, number>> {
  const stack = testStack();
  addOrders(stack, { maxMemoryUsage: 0.95, maxCpuThrottling: undefined, maxRestarts: 5 });
  new PostgresService(stack, 'Postgres', {
    acceptNoBackup: 'a test',
    alerts: { maxMemoryUsage: 0.8, maxConnections: 1 },
  });
  new MonitoringStack(stack, 'Monitoring', { ...LITTLE, cadvisor });
  const document = synth(stack);
  return (alert) =>
    Object.fromEntries(
      rulesNamed(document, alert).map(({ expr, labels }) => [labels.job, Number(/> (\S+)$/.exec(expr)?.[1])]),
    );
}

/** The same for the monitoring's own. */
function others(most: number): Readonly<Record<string, number>> {
  const names = ['prometheus', 'node-exporter', 'cadvisor', 'postgres-exporter'];
  return Object.fromEntries(names.map((name) => [name, most]));
}

const SERVICES = ['orders', 'postgres', 'mail-worker', 'prometheus', 'node-exporter', 'cadvisor', 'postgres-exporter'];

describe('Metrics of containers', () => {
  const document = synth(shop());

  test('are told apart by a control group for each service and job of the stack', () => {
    const groups = Object.entries(document.resource.docker_container ?? {}).flatMap(([id, { cgroup_parent: group }]) =>
      group === undefined ? [] : [[id, group]],
    );
    expect(groups).toEqual(
      expect.arrayContaining(
        [...SERVICES, 'import', 'postgres-role-orders'].map((name) => [
          name,
          `dockerconstructs-shop.test-${name.replaceAll('-', '.')}.slice`,
        ]),
      ),
    );
  });

  test('are read with no more of the host than what the kernel tells', () => {
    const {
      volumes,
      user,
      read_only,
      capabilities,
      ports,
      networks_advanced: networks,
    } = container(document, 'cadvisor');
    expect({ volumes, user, read_only, capabilities, ports, networks }).toEqual({
      volumes: [{ container_path: '/sys', host_path: '/sys', read_only: true }],
      user: '65534:65534',
      read_only: true,
      capabilities: { drop: ['ALL'] },
      ports: undefined,
      networks: [{ aliases: ['cadvisor'], name: '${docker_network.monitoring.id}' }],
    });
  });

  test('count from when they are read, and are renamed', () => {
    expect(prometheus(document, 'prometheus.yml')).toContain(`
  - job_name: cadvisor
    honor_timestamps: false
    dns_sd_configs:`);
    expect(prometheus(document, 'prometheus.yml')).toContain(`
      - source_labels:
          - id
        regex: .*/dockerconstructs-shop[.]test-mail[.]worker[.]slice/.*
        target_label: service
        replacement: mail-worker
`);
  });

  test('bring alerts of every service, of its starts once, and of its end where nothing else tells', () => {
    expect(rulesOf(document, 'ContainerMemoryHigh').toSorted()).toEqual(SERVICES.toSorted());
    expect(rulesOf(document, 'ContainerThrottled').toSorted()).toEqual(SERVICES.toSorted());
    expect(rulesOf(document, 'ServiceRestarting').toSorted()).toEqual(SERVICES.toSorted());
    expect(rulesOf(document, 'ServiceDown')).toEqual(['mail-worker']);
  });

  test('can be left out, and then nothing is left of them', () => {
    const without = synth(shop({ cadvisor: false }));
    expect(JSON.stringify(without)).not.toMatch(/cadvisor|cgroup_parent|container_memory/i);
    expect(rulesOf(without, 'ServiceRestarting')).toEqual([
      'orders',
      'prometheus',
      'node-exporter',
      'postgres-exporter',
    ]);
  });

  test('have the limits that are stated of their service, and else those of all', () => {
    const own = limits({ alerts: { maxMemoryUsage: 0.7, maxCpuThrottling: 0.6, maxRestarts: 3 } });
    expect(own('ContainerMemoryHigh')).toEqual({ orders: 0.95, postgres: 0.8, ...others(0.7) });
    expect(own('ContainerThrottled')).toMatchObject({ orders: 0.6 });
    expect(own('ServiceRestarting')).toEqual({ orders: 5, postgres: 3, ...others(3) });
    expect(limits(false)('ServiceRestarting')).toMatchObject({ orders: 5, prometheus: 2 });
    expect(refusal((stack) => addOrders(stack, { maxRestarts: 0.5 }))).toBe(
      '[shop-test/Orders] `maxRestarts` must be a whole number from 0, got 0.5',
    );
  });

  test('have limits of their own', () => {
    const own = synth(shop({ cadvisor: { alerts: { maxMemoryUsage: 0.7, maxCpuThrottling: 0.1 } } }));
    expect(prometheus(own, 'rules.yml')).toMatch(/container_spec_memory_limit_bytes\S+ > 0\) > 0\.7"/);
    expect(prometheus(own, 'rules.yml')).toMatch(/cfs_periods_total\S+\[5m\]\)\) > 0\.1"/);
    expect(refusal((stack) => new MonitoringStack(stack, 'M', { cadvisor: { alerts: { maxMemoryUsage: 80 } } }))).toBe(
      '[shop-test/M/Cadvisor] `maxMemoryUsage` must be a part from 0 to 1, got 80; write for example 0.8 for 80 %',
    );
  });
});

/** As Prometheus does: undefined where the series is left out. */
function relabelled(
  labels: Readonly<Record<string, string>>,
  steps: readonly Relabelling[],
): Readonly<Record<string, string>> | undefined {
  let now: Readonly<Record<string, string>> | undefined = labels;
  for (const step of steps) {
    if (now === undefined) return undefined;
    const found: RegExpExecArray | null = new RegExp(`^(?:${step.pattern})$`).exec(
      step.source.map((name) => now?.[name] ?? '').join(';'),
    );
    if (step.action === 'replace') {
      if (found !== null)
        now = { ...now, [step.label]: step.text.replace(/\$(\d)/g, (_, group) => found[group] ?? '') };
    } else if ((found !== null) !== (step.action === 'keep')) now = undefined;
  }
  return now;
}

/** Where the engine puts a control group, by who manages them; systemd makes a level of each dash. */
const PLACES: readonly ((group: string) => string)[] = [
  (group) => `/${group}/${ID}`,
  (group) => `/system.slice/docker.service/${group}/${ID}`,
  (group) => {
    const args = group.replace(/\.slice$/, '').split('-');
    const levels = args.map((_, index) => `${args.slice(0, index + 1).join('-')}.slice`);
    return `/${levels.join('/')}/docker-${ID}.scope`;
  },
];

function stepsFor(stack: string, hosts: readonly string[]): readonly Relabelling[] {
  const { all, of } = controlGroups(stack);
  return containerLabels({ all, services: Object.fromEntries(hosts.map((host) => [host, of(host)])) });
}

describe('Control groups', () => {
  const name = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,12}[a-z0-9])?$/);

  test('are names that systemd takes', () => {
    fc.assert(
      fc.property(name, name, (stack, host) => {
        expect(controlGroup(stack, host)).toMatch(/^[a-z]+-[a-z0-9.]+-[a-z0-9.]+\.slice$/);
      }),
    );
  });

  test('tell whose a container is, whoever puts them where, and never that it is of another stack', () => {
    const systems = fc.record({
      stack: name,
      other: name,
      hosts: fc.uniqueArray(name, { minLength: 1, maxLength: 4 }),
      place: fc.constantFrom(...PLACES),
    });
    fc.assert(
      fc.property(systems, ({ stack, other, hosts, place }) => {
        const steps = stepsFor(stack, hosts);
        for (const host of hosts) {
          const mine = { service: 'cadvisor', version: 'v1', id: place(controlGroup(stack, host)) };
          expect(relabelled(mine, steps)).toMatchObject({ service: host, container: ID.slice(0, 12), version: '' });
          const foreign = relabelled({ id: place(controlGroup(other, host)) }, steps);
          expect(foreign === undefined).toBe(other !== stack);
        }
      }),
    );
  });

  test.each([
    ['/', undefined],
    [`/docker/${ID}`, undefined],
    ['/dockerconstructs-shop.prod-api.slice', undefined],
    [`/dockerconstructs-shop.prod-api.slice/${ID}/init.scope`, undefined],
    ['', { service: 'cadvisor', id: '' }],
  ])('%j, which is no container of the stack, is left out or stays', (id, expected) => {
    expect(relabelled({ service: 'cadvisor', id }, stepsFor('shop-prod', ['api']))).toEqual(expected);
  });
});
