import { DataVolume } from '../../lib';
import type { WorkloadSpec } from '../../lib';
import { plain } from '../support/plain-service';
import { SPEC_VALUES } from '../support/spec-values';
import { findings, revision, synth, testStack } from '../support/stacks';
import type { Block, Document } from '../support/stacks';

type Field = keyof Required<WorkloadSpec>;

/** Rendering of one field. What is not in the record stays as it is without the field's value. */
interface Rendering {
  /** Attributes of the container that change, other than its gate. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** Addresses of resources that appear. */
  readonly adds?: readonly string[];
  /** Part of a command or variable of a gate, which appears. */
  readonly gate?: string;
  /** If true, the field makes a new revision, which replaces the containers. */
  readonly newRevision: boolean;
}

/** A rendering, or the reason why there is none. */
type Cell = Rendering | { readonly nothing: string };

const ADDED = { newRevision: true };

const ENGINE: { readonly [Name in Field]: Cell } = {
  kind: {
    ...ADDED,
    container: { restart: 'no', must_run: false, labels: [label('docker-constructs.role', 'job')] },
    gate: 'main.cjs job --container',
  },
  hostname: {
    ...ADDED,
    adds: ['docker_container.other', 'terraform_data.other-revision'],
    gate: 'GATE_PIDS_LIMITS={"shop-test/other":1024}',
  },
  image: {
    ...ADDED,
    container: { image: '${docker_image.image-plain-48b92d.image_id}' },
    adds: ['docker_image.image-plain-48b92d'],
  },
  entrypoint: { ...ADDED, container: { entrypoint: ['/entry'] } },
  command: { ...ADDED, container: { command: ['serve'] } },
  workingDirectory: { ...ADDED, container: { working_dir: '/srv' } },
  user: { ...ADDED, container: { user: '1000:1001' } },
  readOnlyRootFilesystem: { ...ADDED, container: { read_only: false } },
  tmpfs: { ...ADDED, container: { tmpfs: { '/tmp': 'rw,noexec,nosuid,nodev,mode=1777' } } },
  capabilities: { ...ADDED, container: { capabilities: { drop: ['ALL'], add: ['CAP_CHOWN'] } } },
  memory: { ...ADDED, container: { memory: 65, memory_swap: 65 } },
  cpus: { ...ADDED, container: { cpu_quota: 200_000, cpu_shares: 2048 } },
  shmSize: { ...ADDED, container: { shm_size: 1 } },
  pidsLimit: { gate: 'GATE_PIDS_LIMITS={"shop-test/plain":99}', newRevision: false },
  ulimits: { ...ADDED, container: { ulimit: [{ name: 'nofile', soft: 4096, hard: 4096 }] } },
  healthCheck: {
    ...ADDED,
    container: {
      healthcheck: { test: ['CMD-SHELL', 'true'], interval: '10s', timeout: '5s', retries: 3, start_period: '30s' },
    },
  },
  stopSignal: { ...ADDED, container: { stop_signal: 'SIGINT' } },
  stopGracePeriod: { ...ADDED, container: { stop_timeout: 11, destroy_grace_seconds: 11 } },
  logs: { ...ADDED, container: { log_opts: { 'max-size': '1m', 'max-file': '3' } } },
  replicas: { adds: ['docker_container.plain-2'], newRevision: false },
  onEachHost: { nothing: 'an Engine is one machine, where one container is one on each' },
  ports: { ...ADDED, container: { ports: [{ internal: 1, external: 2, ip: '192.0.2.1', protocol: 'tcp' }] } },
  replacement: {
    container: { depends_on: ['docker_container.plain-files', 'terraform_data.plain-handover'] },
    adds: ['docker_container.plain-files', 'terraform_data.handovers-closed', 'terraform_data.plain-handover'],
    gate: 'main.cjs handover --container ${docker_container.plain-files.id}',
    newRevision: false,
  },
  healthTimeout: { gate: ' --timeout 46', newRevision: false },
  ownedPaths: {
    ...ADDED,
    container: { depends_on: ['docker_container.plain-ownership'] },
    adds: ['docker_container.plain-ownership'],
    gate: 'main.cjs job --container',
  },
  sysctls: { ...ADDED, container: { sysctls: { 'net.core.somaxconn': '1' } } },
  labels: { ...ADDED, container: { labels: [label('a', 'b')] } },
  afterRestore: {
    container: {
      start: false,
      lifecycle: { create_before_destroy: true, ignore_changes: ['name', 'log_opts', 'ulimit', 'start'] },
    },
    gate: ' --data shop-test-data',
    newRevision: false,
  },
};

function label(name: string, value: string): Readonly<Record<string, string>> {
  return { label: name, value };
}

/** The document of a service with a data volume and a user, which some fields need. */
function rendered(spec: Partial<WorkloadSpec>): Document {
  const stack = testStack();
  const service = plain(stack, { user: '999', replacement: 'cutover', ...spec });
  new DataVolume(stack, 'Data', { name: 'data' }).mountInto(service, '/data');
  return synth(stack);
}

const addressesOf = ({ resource }: Document): readonly string[] =>
  Object.entries(resource).flatMap(([type, blocks]) => Object.keys(blocks).map((id) => `${type}.${id}`));

const containerOf = ({ resource }: Document, hostname: string): Block => resource.docker_container?.[hostname] ?? {};

/** Changed attributes of the container. Of its labels only the new ones, because they are a list. */
function changed(before: Document, after: Document): Readonly<Record<string, unknown>> {
  const [old, now] = [containerOf(before, 'plain'), containerOf(after, 'plain')];
  const fields = Object.keys(now).filter((name) => JSON.stringify(now[name]) !== JSON.stringify(old[name]));
  return Object.fromEntries(
    fields.filter((name) => name !== 'provisioner').map((name) => [name, part(name, old, now)]),
  );
}

function part(name: string, old: Block, now: Block): unknown {
  if (name !== 'labels') return now[name];
  const known = (old.labels as readonly unknown[]).map((one) => JSON.stringify(one));
  return (now.labels as readonly unknown[]).filter((one) => !known.includes(JSON.stringify(one)));
}

/** Commands of all gates, each with its variables. */
function gates({ resource }: Document): string {
  const blocks = Object.values(resource).flatMap((all) => Object.values(all));
  const steps = blocks.flatMap(({ provisioner = [] }) => provisioner as readonly { 'local-exec': Step }[]);
  return steps
    .map(({ 'local-exec': { command, environment } }) => [command, ...pairs(environment)].join(' '))
    .join('\n');
}

interface Step {
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const pairs = (record: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.entries(record).map(([key, value]) => `${key}=${value}`);

/** A job, where only a job has the field. */
const baseOf = (field: string): Partial<WorkloadSpec> => (field === 'afterRestore' ? { kind: 'job' } : {});

describe('the Engine', () => {
  test.each(Object.entries(ENGINE))('renders `%s` as the table says', (field, cell) => {
    const before = rendered(baseOf(field));
    const after = rendered({ ...baseOf(field), [field]: SPEC_VALUES[field as Field] });
    if ('nothing' in cell) {
      expect(after).toEqual(before);
      return;
    }
    const { container = {}, adds = [], gate } = cell;
    expect(field === 'hostname' ? {} : changed(before, after)).toEqual(container);
    expect(addressesOf(after).filter((address) => !addressesOf(before).includes(address))).toEqual([...adds].sort());
    if (gate === undefined) return;
    expect(gates(before)).not.toContain(gate);
    expect(gates(after)).toContain(gate);
  });

  test.each(Object.entries(ENGINE))('makes a revision of `%s` where the table says so', (field, cell) => {
    const before = rendered(baseOf(field));
    const after = rendered({ ...baseOf(field), [field]: SPEC_VALUES[field as Field] });
    const same = revision(before, 'plain') === revision(after, field === 'hostname' ? 'other' : 'plain');
    expect(same).toBe('nothing' in cell || !cell.newRevision);
  });

  const refused: readonly (readonly [what: string, spec: Partial<WorkloadSpec>, message: string])[] = [
    [
      'two replicas of what publishes a port',
      { replicas: 2, ports: SPEC_VALUES.ports },
      '[shop-test/Plain] 2 replicas of "plain", which owns a data volume or a host port and can run only once on one ' +
        'engine; set `replicas` to 1',
    ],
    [
      'a host name with the ending of its own names',
      { hostname: 'plain-failed' },
      '[shop-test/Plain] host name "plain-failed" ends as the names of containers that failed do; choose another name',
    ],
    [
      'replicas of what runs on each host',
      { replicas: 2, onEachHost: true },
      '[shop-test/Plain] `replicas` must be 1 for a workload that runs `onEachHost`, got 2; leave one of them out',
    ],
  ];

  test.each(refused)('refuses %s', (_what, spec, message) => {
    const attempt = (): readonly string[] => {
      const stack = testStack();
      plain(stack, spec);
      return findings(stack);
    };
    let said: readonly string[];
    try {
      said = attempt();
    } catch (error) {
      said = [(error as Error).message];
    }
    expect(said).toEqual([message]);
  });
});
