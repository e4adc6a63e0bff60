import type { IConstruct } from 'constructs';
import type { DashboardSubject } from '../../../values';
import { dashboardUid } from '../../../config';
import type { DashboardModel } from '../../../config';
import type { AccessLog, IAccessLogSource } from '../../../model/capabilities/access-log-source';
import { capableBelow } from '../../../model/capabilities/capability';
import type { IDashboardSource } from '../../../model/capabilities/dashboard-source';
import type { DataSource } from '../../../model/capabilities/queryable';
import type { ScrapeTarget } from '../../../model/capabilities/scrapable';
import type { Service } from '../../../model/workload/service';
import { stackContext } from '../../../model/stack/stack-context';

/** Facts that a monitoring has about its stack. */
export interface Watched {
  readonly targets: readonly ScrapeTarget[];
  readonly sources: readonly DataSource[];
  /** Name under which Prometheus reads itself. */
  readonly prometheus: string;
}

/** Returns the subjects of the dashboards: those of the program first, then those of the monitoring itself. */
export function chartModel(monitoring: IConstruct, watched: Watched): DashboardModel {
  const { root, stackName, services } = stackContext(monitoring);
  const charted = capableBelow<IDashboardSource>(root, 'toDashboardSubjects').flatMap((one) =>
    one.toDashboardSubjects(),
  );
  const subjects = charted.map(withDashboard);
  const logs = capableBelow<IAccessLogSource>(root, 'toAccessLogs').flatMap((one) => one.toAccessLogs());
  const parts = [...subjects, ...watched.sources].map(({ kind }) => kind);
  const own = new Set<IConstruct>(monitoring.node.findAll());
  const shown = [...services.filter((one) => !own.has(one)), ...services.filter((one) => own.has(one))]
    .filter(({ workload }) => workload.spec.kind === 'service')
    .map((service) => serviceSubject(service, subjects, { ...watched, logs }));
  const unseen = parts.includes('containers')
    ? []
    : shown.filter(({ features: has = [] }) => !SEEN.some((part) => has.includes(part)));
  const logging = services.filter(({ workload }) => workload.observation.logTransport !== undefined);
  return {
    args: {
      stack: stackName,
      prometheus: watched.prometheus,
      logging: logging.map(({ hostname }) => hostname).join(','),
      unseen: unseen.map(({ variables }) => variables.service).join(', '),
    },
    parts: [...parts, ...(unseen.length > 0 ? ['unseen'] : [])],
    subjects: [...shown, ...subjects],
  };
}

/** Parts that show whether a service runs. */
const SEEN = ['scraped', 'exported'];

/** Links a database's service to the dashboard of the database. */
function withDashboard(subject: DashboardSubject): DashboardSubject {
  const { kind, variables } = subject;
  if (kind !== 'database') return subject;
  return { ...subject, variables: { ...variables, dashboard: dashboardUid('postgres', variables.service ?? '') } };
}

function serviceSubject(
  { hostname, workload }: Service,
  subjects: readonly DashboardSubject[],
  { targets, sources, logs }: Watched & { readonly logs: readonly AccessLog[] },
): DashboardSubject {
  const target = targets.find((one) => one.workload === workload);
  const about = (kind: string): readonly DashboardSubject[] =>
    subjects.filter((subject) => subject.kind === kind && subject.variables.service === hostname);
  const [database] = about('database');
  const [proxy] = about('answers');
  const kept = sources.some(({ kind }) => kind === 'loki');
  const parts = {
    scraped: target !== undefined,
    exported: database !== undefined,
    probed: about('probe').length > 0,
    logged: kept && workload.observation.logTransport !== undefined,
    // Counted in the proxy's log: its metrics do not distinguish routes.
    routed: kept && about('route').some(({ variables }) => logs.some(({ writer }) => writer === variables.proxy)),
    proxy: proxy !== undefined,
  };
  return {
    kind: 'service',
    variables: {
      ...database?.variables,
      ...proxy?.variables,
      service: hostname,
      job: target?.job ?? hostname,
      cpus: String(workload.spec.cpus.count),
      memory: String(workload.spec.memory.toBytes()),
    },
    features: Object.entries(parts).flatMap(([part, there]) => (there ? [part] : [])),
  };
}
