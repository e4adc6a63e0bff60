import { physicalName } from '../../../values';
import type { ChartSubject } from '../../../values';
import { layOut } from './layout';
import type { Row } from './layout';
import type { ChartModel, DashboardTemplate, Json, JsonObject, RowTemplate } from './template';

/** A dashboard as Grafana reads it. */
export interface Dashboard {
  readonly fileName: string;
  readonly uid: string;
  readonly content: string;
}

/** Grafana takes no longer ones. */
export const LONGEST_UID = 40;

/** Where a dashboard about one of several is found; of names that are too long never the same. */
export function dashboardUid(kind: string, name: string): string {
  return physicalName([kind, name], LONGEST_UID);
}

/**
 * The dashboards of a stack: of each template those rows and panels for which the stack has something to show. A template
 * of which nothing is left makes none.
 */
export function composeDashboards(templates: readonly DashboardTemplate[], model: ChartModel): readonly Dashboard[] {
  return templates.flatMap((template) =>
    subjectsOf(template.each, model).flatMap((subject) => {
      const scope = within(model, subject);
      return has(scope, template) ? compose(template, scope) : [];
    }),
  );
}

function compose({ dashboard, rows }: DashboardTemplate, model: ChartModel): readonly Dashboard[] {
  const filled = rows.flatMap((row) => rowsOf(row, model));
  if (filled.length === 0) return [];
  const own = fill(dashboard, model.words);
  const uid = String(own.uid);
  const content = JSON.stringify({ ...own, panels: layOut(filled) }, undefined, 1);
  return [{ fileName: `${uid}.json`, uid, content }];
}

function rowsOf(row: RowTemplate, model: ChartModel): readonly Row[] {
  return subjectsOf(row.each, model).flatMap((subject) => {
    const scope = within(model, subject);
    if (!has(scope, row)) return [];
    const panels = row.panels.filter((panel) => has(scope, panel)).map(({ panel }) => fill(panel, scope.words));
    return panels.length === 0 ? [] : [{ title: fillText(row.title, scope.words), panels }];
  });
}

/** The stack itself for what is made once. */
function subjectsOf(kind: string | undefined, { subjects }: ChartModel): readonly (ChartSubject | undefined)[] {
  return kind === undefined ? [undefined] : subjects.filter((subject) => subject.kind === kind);
}

/** The stack as its part sees it: that part's words and parts come before and beside its own. */
function within(model: ChartModel, subject: ChartSubject | undefined): ChartModel {
  if (subject === undefined) return model;
  const { words, parts = [] } = subject;
  return { ...model, words: { ...model.words, ...words }, parts: [...model.parts, ...parts] };
}

function has(
  { parts }: ChartModel,
  { needs = [], unless = [] }: { readonly needs?: readonly string[]; readonly unless?: readonly string[] },
): boolean {
  return needs.every((part) => parts.includes(part)) && !unless.some((part) => parts.includes(part));
}

type Words = Readonly<Record<string, string>>;

function fill<Value extends Json | JsonObject>(value: Value, words: Words): Value {
  return filled(value, words) as Value;
}

function filled(value: Json, words: Words): Json {
  if (typeof value === 'string') return fillText(value, words);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => filled(item, words));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, words)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A word that nobody knows stays, for a test to find it. */
function fillText(text: string, words: Words): string {
  return text.replace(/<([a-z]+)>/g, (whole, word: string) => words[word] ?? whole);
}
