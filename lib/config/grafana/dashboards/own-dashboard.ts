import { ConfigurationError, quote } from '../../../values';
import type { Dashboard } from './compose';
import { LONGEST_UID } from './compose';

/**
 * Returns a dashboard of the program itself, as Grafana exports it.
 * @param path its file, for the errors
 * @throws ConfigurationError for a dashboard that Grafana would skip with only a line in its log
 */
export function ownDashboard(path: string, text: string): Dashboard {
  const dashboard = parsed(path, text);
  const { uid, title, panels, __inputs: inputs } = dashboard;
  if (typeof title !== 'string' || title === '' || !Array.isArray(panels)) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quote(path)} has no \`title\` or no list of \`panels\`; export it in Grafana as JSON, in the classic model`,
    );
  }
  if (typeof uid !== 'string' || !/^[\w-]+$/.test(uid) || uid.length > LONGEST_UID) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quote(path)} has the \`uid\` ${quote(uid)}; write one of up to ${LONGEST_UID} letters, digits, "-" and "_", by which it is found`,
    );
  }
  if (Array.isArray(inputs) && inputs.length > 0) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quote(path)} leaves open which data sources it asks (\`__inputs\`); export it without "share with another instance", or write \`prometheus\` or another \`uid\` of the stack in their place`,
    );
  }
  // An id belongs to another Grafana's database.
  const content = JSON.stringify({ ...dashboard, id: null }, undefined, 1);
  return { fileName: `${uid}.json`, uid, content };
}

/** Grafana's own data sources: random data, expressions, several of a panel, those of another panel. */
const BUILT_IN = /^(grafana|__expr__|-100|-- (Grafana|Mixed|Dashboard) --)$/;

/** Returns the data sources of a dashboard, each once, without Grafana's own and those that its variables choose. */
export function sourcesAsked({ content }: Dashboard): readonly string[] {
  const asked = new Set<string>();
  const dashboard = JSON.parse(content, (key, value: unknown) => {
    const uid = key === 'datasource' ? nameOf(value) : undefined;
    if (uid !== undefined && !BUILT_IN.test(uid)) asked.add(uid);
    return value;
  }) as OwnDashboard;
  const chosen = new Set(variablesOf(dashboard).flatMap((name) => [`$${name}`, `\${${name}}`]));
  return [...asked].filter((uid) => !chosen.has(uid));
}

/** Returns the name of a data source. Older dashboards have a name, newer ones an object. */
function nameOf(source: unknown): string | undefined {
  const { uid } = (typeof source === 'object' && source !== null ? source : { uid: source }) as {
    readonly uid?: unknown;
  };
  return typeof uid === 'string' ? uid : undefined;
}

function variablesOf({ templating }: OwnDashboard): readonly string[] {
  const list = templating?.list;
  return Array.isArray(list) ? list.map((one: { readonly name?: unknown } | null) => String(one?.name)) : [];
}

/**
 * Refuses dashboards with the same uid.
 * @throws ConfigurationError when two dashboards have the same address
 */
export function assertUnique(dashboards: readonly Dashboard[]): void {
  const uids = dashboards.map(({ uid }) => uid.toLowerCase());
  const duplicate = uids.find((uid, index) => uids.indexOf(uid) !== index);
  if (duplicate === undefined) return;
  throw new ConfigurationError(
    undefined,
    `two dashboards have the \`uid\` ${quote(duplicate)}; give yours another one, those of the stack keep theirs`,
  );
}

interface OwnDashboard {
  readonly uid?: unknown;
  readonly title?: unknown;
  readonly panels?: unknown;
  readonly __inputs?: unknown;
  readonly templating?: { readonly list?: unknown } | null;
}

function parsed(path: string, text: string): OwnDashboard {
  try {
    const dashboard = JSON.parse(text) as unknown;
    if (typeof dashboard === 'object' && dashboard !== null) return dashboard;
  } catch {
    // Reported below.
  }
  throw new ConfigurationError(
    undefined,
    `the dashboard ${quote(path)} is no JSON object; export it in Grafana as JSON`,
  );
}
