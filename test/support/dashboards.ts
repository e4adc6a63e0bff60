import { BackupJob, BackupRepository, MonitoringStack, PostgresService, ReverseProxy, Tls } from '../../lib';
import type { MonitoringStackProps } from '../../lib';
import { api, worker } from './services';
import { container, synth, testStack } from './stacks';
import type { Document } from './stacks';

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[];
  };
}

/** The dashboards that a stack's Grafana gets, by the names of their files. */
export function dashboardsOf(document: Document): Readonly<Record<string, Dashboard>> {
  const { upload } = container(document, 'grafana-config') as {
    readonly upload: readonly { readonly file: string; readonly content: string }[];
  };
  const named = upload.map(({ file, content }) => {
    const name = file.replace(/.*\//, '').replace('.json.next', '');
    return [name, JSON.parse(content.replaceAll('$${', '${')) as Dashboard] as const;
  });
  return Object.fromEntries(named);
}

/** What a dashboard asks one of the sources, with what Grafana fills in itself. */
export function queries({ panels }: Dashboard, source: 'loki' | 'prometheus'): readonly string[] {
  return panels.flatMap(({ targets = [] }) =>
    targets
      .filter(({ datasource }) => datasource.uid === source)
      .map(({ expr }) => expr.replaceAll('$__rate_interval', '1m').replaceAll('$__auto', '1m')),
  );
}

/** The services among which somebody may choose; none where there is no choice. */
export function choices({ templating: { list } }: Dashboard): readonly string[] {
  return list.flatMap(({ name, query }) => (name === 'service' ? query.split(',') : []));
}

/** Nothing but Prometheus and Grafana. */
export const BARE: MonitoringStackProps = { nodeExporter: false, cadvisor: false, logDriver: false, tempo: false };

/** A stack in which each part has something to show. */
export function shownStack(): Document {
  const stack = testStack({ edge: { http: 8080 }, expose: { grafana: 3000 }, tls: Tls.internal() });
  new MonitoringStack(stack, 'Monitoring');
  const service = api(stack, { metricsPath: '/metrics' });
  const postgres = new PostgresService(stack, 'Postgres');
  new BackupJob(stack, 'Backup', {
    source: postgres,
    repositories: [BackupRepository.volume()],
    acceptSameHost: 'a test',
  });
  new ReverseProxy(stack, 'Proxy').addRoute(service);
  worker(stack);
  return synth(stack);
}

/** A stack in which there is as little to show as there can be. */
export function bareStack(): Document {
  const stack = testStack({ expose: { grafana: 3000 } });
  new MonitoringStack(stack, 'Monitoring', BARE);
  worker(stack);
  return synth(stack);
}
