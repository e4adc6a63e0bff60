import { parse } from 'yaml';
import { container, variables } from '../support/stacks';
import type { Block, Document } from '../support/stacks';
import { written } from '../support/written-files';
import { monitoredDocument } from './monitored';
import { page, readPages, tableRows } from './pages';

interface Scrape {
  readonly job_name: string;
  readonly relabel_configs?: readonly Relabel[];
  readonly metric_relabel_configs?: readonly Relabel[];
  readonly static_configs?: readonly { readonly labels: Readonly<Record<string, string>> }[];
}
interface Relabel {
  readonly source_labels?: readonly string[];
  readonly target_label?: string;
  readonly replacement?: string;
}
interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly { readonly labels: object }[] }[];
}

const document = monitoredDocument();
const { docker_container: containers = {}, docker_volume: volumes = {} }: Document['resource'] = document.resource;
const { scrape_configs: scrapes } = parse(written(document, 'prometheus-config', 'prometheus.yml')) as {
  readonly scrape_configs: readonly Scrape[];
};
const { groups } = parse(written(document, 'prometheus-config', 'rules.yml')) as Rules;
const { receivers } = parse(written(document, 'alertmanager-config', 'alertmanager.yml')) as {
  readonly receivers: readonly { readonly name: string }[];
};
const { datasources } = parse(written(document, 'grafana-files', 'datasources/stack.yaml')) as {
  readonly datasources: readonly { readonly uid: string }[];
};
const alloy = written(document, 'alloy-config', 'config.alloy');

function scrape(job: string): Scrape {
  const found = scrapes.find(({ job_name: name }) => name === job);
  if (found === undefined) throw new Error(`nothing is read as ${job}`);
  return found;
}

/** What is taken away has no replacement. */
const labels = (steps: readonly Relabel[] = []): readonly string[] =>
  steps.flatMap(({ target_label: label, replacement }) => (label === undefined || replacement === '' ? [] : [label]));

const monitoring = Object.values(containers).filter(({ networks_advanced: networks = [] }) =>
  JSON.stringify(networks).includes('${docker_network.monitoring.'),
);

const mounted = (): readonly string[] =>
  monitoring
    .flatMap((one) => (one.volumes ?? []) as readonly Block[])
    .flatMap(({ volume_name: volume }) => /docker_volume\.([\w-]+-data)\.name/.exec(String(volume))?.[1] ?? [])
    .map((id) => String(volumes[id]?.name));

/** Of the parts of the monitoring; what is written into a container's volume has its service's name. */
function secrets(): readonly string[] {
  const parts = monitoring.map(({ hostname }) => `${String(hostname)}-files`);
  const uploads = Object.entries(containers)
    .filter(([id]) => parts.includes(id))
    .flatMap(([, { upload = [] }]) => upload as readonly { readonly file: string }[]);
  return uploads.flatMap(({ file }) => /^\/run\/secrets\/(.+)$/.exec(file)?.[1] ?? []);
}

const dashboards = (): readonly string[] =>
  Object.values(containers)
    .flatMap(({ upload = [] }) => upload as readonly { readonly file: string; readonly content: string }[])
    .filter(({ file }) => file.includes('/dashboards-'))
    .map(({ content }) => (JSON.parse(content.replaceAll('$${', '${')) as { readonly uid: string }).uid);

/** Of Alloy's configuration: the keys of an object, and the words of a list. */
const keys = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/(\w+) = /g)].flatMap(([, key = '']) => key);
const args = (text: string | undefined): readonly string[] =>
  [...(text ?? '').matchAll(/"(\w+)"/g)].flatMap(([, word = '']) => word);

/** By the first cell of each row, what the stack has. */
const FOUND: Readonly<Record<string, () => readonly string[]>> = {
  'label `job`': () => scrapes.map(({ job_name: name }) => name),
  'labels of metrics': () => ['job', 'instance', ...labels(scrape('orders').relabel_configs)],
  'labels of containers': () => ['id', ...labels(scrape('cadvisor').metric_relabel_configs)],
  'labels of routes': () =>
    Object.keys(scrape('blackbox-exporter-routes').static_configs?.[0]?.labels ?? {}).filter(
      (label) => !label.startsWith('__'),
    ),
  'counts of routes': () => [...alloy.matchAll(/name = "(\w+)"[^}]*prefix = "(\w+)"/g)].map(([, a, b]) => `${b}${a}`),
  'labels of alerts': () => groups.flatMap(({ rules }) => rules.flatMap((rule) => Object.keys(rule.labels))),
  'group of rules': () => groups.map(({ name }) => name),
  'receivers of Alertmanager': () => receivers.map(({ name }) => name),
  'labels of logs': () => [
    ...keys(/external_labels = \{ (.+) \}/.exec(alloy)?.[1]),
    ...args(/label_keep \{\s+values = \[(.+\])/.exec(alloy)?.[1]),
  ],
  'metadata of a line': () => keys(/structured_metadata \{\s+values = \{ (.+) \}/.exec(alloy)?.[1]),
  'attributes of spans': () => [
    ...(variables(document, 'orders').OTEL_SERVICE_NAME === 'orders' ? ['service.name'] : []),
    ...String(variables(document, 'orders').OTEL_RESOURCE_ATTRIBUTES)
      .split(',')
      .map((pair) => pair.split('=')[0] ?? ''),
  ],
  'control group': () => ['orders', 'postgres-exporter'].map((id) => String(container(document, id).cgroup_parent)),
  secrets,
  'login at a database': () => [String(variables(document, 'postgres-exporter').DATA_SOURCE_USER)],
  'volumes of data': mounted,
  network: () => [String(document.resource.docker_network?.monitoring?.name)],
  '`uid` of a dashboard': dashboards,
  '`uid` of a data source': () => datasources.map(({ uid }) => uid),
};

describe('The table of names', () => {
  const rows = tableRows(page(readPages(), 'docs/monitoring-stack.md'), 'Name');

  test('has a row for each kind', () => expect(rows.map(([kind]) => kind)).toEqual(Object.keys(FOUND)));

  test.each(rows.map(([kind = '', , example = '']) => [kind, example] as const))(
    '%s: as in a stack (a change here is a breaking change)',
    (kind, example) => {
      const names = example.includes('`') ? [...example.matchAll(/`([^`]+)`/g)].map(([, name]) => name) : [example];
      expect(names.sort()).toEqual([...new Set(FOUND[kind]?.())].sort());
    },
  );

  test('every container of a service is below its control group', () => {
    const running = Object.values(containers).filter(({ cgroup_parent: group }) => group !== undefined);
    expect(running.length).toBeGreaterThan(15);
    const dotted = (name: unknown): string => String(name).replaceAll('-', '.');
    expect(running.map(({ cgroup_parent: group }) => group)).toEqual(
      running.map(({ hostname }) => `dockerconstructs-shop.prod-${dotted(hostname)}.slice`),
    );
  });
});
