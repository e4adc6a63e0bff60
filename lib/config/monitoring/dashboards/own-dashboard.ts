import { ConfigurationError, quoted } from '../../../values';
import type { Dashboard } from './compose';
import { LONGEST_UID } from './compose';

/**
 * A dashboard of the program's own, as Grafana exports it.
 * @param path where it was read, for the errors
 * @throws ConfigurationError for what Grafana would leave out, with no more than a line in its log
 */
export function ownDashboard(path: string, text: string): Dashboard {
  const dashboard = parsed(path, text);
  const { uid, title, panels, __inputs: inputs } = dashboard;
  if (typeof title !== 'string' || title === '' || !Array.isArray(panels)) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quoted(path)} has no \`title\` or no list of \`panels\`; export it in Grafana as JSON, in the classic model`,
    );
  }
  if (typeof uid !== 'string' || !/^[\w-]+$/.test(uid) || uid.length > LONGEST_UID) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quoted(path)} has the \`uid\` ${quoted(uid)}; write one of up to ${LONGEST_UID} letters, digits, "-" and "_", by which it is found`,
    );
  }
  if (Array.isArray(inputs) && inputs.length > 0) {
    throw new ConfigurationError(
      undefined,
      `the dashboard ${quoted(path)} leaves open which data sources it asks (\`__inputs\`); export it without "share with another instance", or write \`prometheus\` or another \`uid\` of the stack in their place`,
    );
  }
  // An id is that of another Grafana's database.
  const content = JSON.stringify({ ...dashboard, id: null }, undefined, 1);
  return { fileName: `${uid}.json`, uid, content };
}

/** Grafana's own: random data, expressions, a panel's several, another panel's. */
const BUILT_IN = /^(grafana|__expr__|-100|-- (Grafana|Mixed|Dashboard) --|\$.*)$/;

/** The uids of data sources that a dashboard asks, without variables and Grafana's own, each once. */
export function sourcesAsked({ content }: Dashboard): readonly string[] {
  const asked = new Set<string>();
  JSON.parse(content, (key, value: unknown) => {
    const { uid } = (key === 'datasource' && value !== null ? value : {}) as { readonly uid?: unknown };
    if (typeof uid === 'string' && !BUILT_IN.test(uid)) asked.add(uid);
    return value;
  });
  return [...asked];
}

/** @throws ConfigurationError when two dashboards would be found at one place */
export function assertUnique(dashboards: readonly Dashboard[]): void {
  const uids = dashboards.map(({ uid }) => uid.toLowerCase());
  const twin = uids.find((uid, index) => uids.indexOf(uid) !== index);
  if (twin === undefined) return;
  throw new ConfigurationError(
    undefined,
    `two dashboards have the \`uid\` ${quoted(twin)}; give yours another one, those of the stack keep theirs`,
  );
}

interface OwnDashboard {
  readonly uid?: unknown;
  readonly title?: unknown;
  readonly panels?: unknown;
  readonly __inputs?: unknown;
}

function parsed(path: string, text: string): OwnDashboard {
  try {
    const dashboard = JSON.parse(text) as unknown;
    if (typeof dashboard === 'object' && dashboard !== null) return dashboard;
  } catch {
    // Said below.
  }
  throw new ConfigurationError(
    undefined,
    `the dashboard ${quoted(path)} is no JSON object; export it in Grafana as JSON`,
  );
}
