import type { MnemoLiteStack } from '../../stacks/mnemolite/mnemolite-stack';
import { expectGolden } from '../support/golden';
import { mnemolite, mnemoliteStack, withoutMonitoring } from '../support/mnemolite';
import { describeWith } from '../support/programs';
import { RuleDirectory } from '../support/promtool';
import { container, ids, synth } from '../support/stacks';
import type { Block } from '../support/stacks';
import { written } from '../support/written-files';

// Slow machines run these for a while; nothing here is a measurement.

const PROGRAMS = /^(?:prometheus|alertmanager|alloy|loki|tempo|grafana|blackbox-exporter)-/;

/** What the parts of the monitoring are told, by the names of the files, without the values of secrets. */
function told(): Readonly<Record<string, string>> {
  const { docker_container: containers = {} } = mnemolite('prod').resource;
  const files = Object.entries(containers)
    .filter(([id]) => PROGRAMS.test(id))
    .flatMap(([id, { upload = [] }]) =>
      (upload as readonly { readonly file: string; readonly content: string }[])
        .filter(({ file }) => !file.startsWith('/run/secrets/'))
        .map(({ file, content }) => [nameOf(id, file), content.replaceAll('$${', '${')] as const),
    );
  return Object.fromEntries(files);
}

/** Grafana's are told apart by their directories, and the exporter's says nothing by itself. */
function nameOf(id: string, file: string): string {
  const [name = '', directory = ''] = file
    .replace(/\.next$/, '')
    .split('/')
    .toReversed();
  if (id.startsWith('grafana') && name.endsWith('.yaml')) return `grafana-${directory}.yaml`;
  return id.startsWith('blackbox') ? 'blackbox.yml' : name;
}

describe('the monitoring of mnemolite-prod', () => {
  const files = told();

  test('is told what test/golden says, besides rules and dashboards, which are judged by programs', () => {
    const judged = /^rules\.yml$|\.json$/;
    expectGolden(
      'mnemolite-prod-monitoring',
      Object.fromEntries(Object.entries(files).filter(([name]) => !judged.test(name))),
    );
  });

  test('stands in prod alone, and tells who is named', () => {
    const monitored = (['dev', 'test', 'staging', 'prod'] as const).filter((stage) =>
      ids(mnemolite(stage), 'docker_container').includes('prometheus'),
    );
    expect(monitored).toEqual(['prod']);
    const telling = (alerts: string): MnemoLiteStack => mnemoliteStack('prod', { monitoring: { alerts } });
    for (const way of ['slack', 'webhook']) {
      const stack = telling(way);
      expect(ids(synth(stack), 'docker_container')).toContain('alertmanager');
      expect(stack.context.secrets.find(({ name }) => name === 'alert-webhook')?.origin).toBe('supplied');
    }
    expect(() => telling('pager')).toThrow(
      'MNEMOLITE_ALERTS "pager" is no way to tell anybody; write slack or webhook',
    );
  });

  test('tells Slack of alerts as test/golden says', () => {
    const stack = mnemoliteStack('prod', { monitoring: { alerts: 'slack' } });
    const text = written(synth(stack), 'alertmanager-config', 'alertmanager.yml');
    expectGolden('mnemolite-prod-slack', { 'alertmanager.yml': text });
  });

  test('has names that are a promise (a change here is a breaking change)', () => {
    const others = new Set(ids(withoutMonitoring('prod'), 'docker_container'));
    const own = ids(mnemolite('prod'), 'docker_container').filter((id) => !others.has(id));
    const name = (id: string): string => String(container(mnemolite('prod'), id).name);
    expect(own.map((id) => name(id).replace(/-\$\{substr\(.*\)\}$/, ''))).toEqual(
      [
        'alloy',
        'alloy-config',
        'alloy-files',
        'blackbox-exporter',
        'blackbox-exporter-files',
        'cadvisor',
        'grafana',
        'grafana-config',
        'grafana-files',
        'loki',
        'loki-files',
        'node-exporter',
        'postgres-exporter',
        'postgres-exporter-files',
        'postgres-retire-exporter',
        'postgres-role-exporter',
        'postgres-role-exporter-files',
        'prometheus',
        'prometheus-config',
        'prometheus-files',
        'tempo',
        'tempo-files',
      ].map((part) => `mnemolite-prod-${part}`),
    );
    const mounts = own.flatMap((id) => (container(mnemolite('prod'), id).volumes ?? []) as readonly Block[]);
    const kept = mounts.flatMap(({ volume_name: volume }) => (/-data$/.test(String(volume)) ? [String(volume)] : []));
    expect([...new Set(kept)]).toEqual(
      ['alloy', 'grafana', 'loki', 'prometheus', 'tempo'].map((part) => `mnemolite-prod-${part}-data`),
    );
  });

  describeWith('promtool', 'promtool', () => {
    test('takes its configuration and each of its rules', () => {
      const directory = new RuleDirectory();
      for (const name of ['prometheus.yml', 'rules.yml']) directory.write(name, files[name] ?? '');
      const { status, output } = directory.run('promtool', 'check', 'config', 'prometheus.yml');
      directory.remove();
      expect([status, output]).toEqual([0, expect.stringMatching(/SUCCESS: \d{3} rules found/)]);
    });
  });

  describeWith('alloy', 'Alloy', () => {
    test('takes its configuration', () => {
      const directory = new RuleDirectory();
      directory.write('config.alloy', files['config.alloy'] ?? '');
      const answer = directory.run('alloy', 'validate', '--stability.level=public-preview', 'config.alloy');
      directory.remove();
      expect(answer).toEqual({ status: 0, output: '' });
    });
  });
});
