import { physicalName } from '../../../values';
import type { DashboardSubject } from '../../../values';
import { layOut } from './layout';
import type { Row } from './layout';
import type { DashboardModel, DashboardTemplate, Json, JsonObject, RowTemplate } from './template';

/** A dashboard in Grafana's format. */
export interface Dashboard {
  readonly fileName: string;
  readonly uid: string;
  readonly content: string;
}

/** Longest uid that Grafana accepts. */
export const LONGEST_UID = 40;

/**
 * Returns the uid of a dashboard about one of several subjects. Names that are too long are shortened, and stay
 * distinct.
 */
export function dashboardUid(kind: string, name: string): string {
  return physicalName([kind, name], LONGEST_UID);
}

/**
 * Returns the dashboards of a stack: from each template the rows and panels for which the stack has data. A template
 * without any makes no dashboard.
 */
export function composeDashboards(
  templates: readonly DashboardTemplate[],
  model: DashboardModel,
): readonly Dashboard[] {
  return templates.flatMap((template) =>
    subjectsOf(template.each, model).flatMap((subject) => {
      const scope = within(model, subject);
      return has(scope, template) ? compose(template, scope) : [];
    }),
  );
}

function compose({ dashboard, rows }: DashboardTemplate, model: DashboardModel): readonly Dashboard[] {
  const filled = rows.flatMap((row) => rowsOf(row, model));
  if (filled.length === 0) return [];
  const own = fill(dashboard, model.args);
  const uid = String(own.uid);
  const content = JSON.stringify({ ...own, panels: layOut(filled) }, undefined, 1);
  return [{ fileName: `${uid}.json`, uid, content }];
}

function rowsOf(row: RowTemplate, model: DashboardModel): readonly Row[] {
  return subjectsOf(row.each, model).flatMap((subject) => {
    const scope = within(model, subject);
    if (!has(scope, row)) return [];
    const panels = row.panels.filter((panel) => has(scope, panel)).map(({ panel }) => fill(panel, scope.args));
    return panels.length === 0 ? [] : [{ title: fillText(row.title, scope.args), panels }];
  });
}

/** Returns the subjects of a kind; the stack itself without a kind. */
function subjectsOf(kind: string | undefined, { subjects }: DashboardModel): readonly (DashboardSubject | undefined)[] {
  return kind === undefined ? [undefined] : subjects.filter((subject) => subject.kind === kind);
}

/** Returns the model for one subject: its words override those of the stack, and its parts are added. */
function within(model: DashboardModel, subject: DashboardSubject | undefined): DashboardModel {
  if (subject === undefined) return model;
  const { variables, features = [] } = subject;
  return { ...model, args: { ...model.args, ...variables }, parts: [...model.parts, ...features] };
}

function has(
  { parts }: DashboardModel,
  { needs = [], unless = [] }: { readonly needs?: readonly string[]; readonly unless?: readonly string[] },
): boolean {
  return needs.every((part) => parts.includes(part)) && !unless.some((part) => parts.includes(part));
}

type Words = Readonly<Record<string, string>>;

function fill<Value extends Json | JsonObject>(value: Value, args: Words): Value {
  return filled(value, args) as Value;
}

function filled(value: Json, args: Words): Json {
  if (typeof value === 'string') return fillText(value, args);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => filled(item, args));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, args)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Replaces the words in a text. An unknown word stays, for a test to find it. */
function fillText(text: string, args: Words): string {
  return text.replace(/<([a-z]+)>/g, (whole, word: string) => args[word] ?? whole);
}
