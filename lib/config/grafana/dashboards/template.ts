import type { DashboardSubject } from '../../../values';

/** JSON of a dashboard; only Grafana interprets it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A panel; its place is relative to its row. */
export interface PanelTemplate {
  /** Parts without which the panel would be empty. */
  readonly needs?: readonly string[];
  /** Parts for which another panel shows the same in a better way. */
  readonly unless?: readonly string[];
  readonly panel: JsonObject & { readonly gridPos: Place };
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly [key: string]: number;
}

/** A row of panels, made once for each subject of a kind. */
export interface RowTemplate {
  readonly title: string;
  /**
   * Kind of subjects that the row is made for.
   * @default - made once, for the stack
   */
  readonly each?: string;
  readonly needs?: readonly string[];
  readonly panels: readonly PanelTemplate[];
}

/**
 * A dashboard before the stack's content is known. `<word>` stands for a word of the row's subject, else of the
 * dashboard's, else of the stack.
 */
export interface DashboardTemplate {
  /**
   * Kind of subjects that the dashboard is made for.
   * @default - made once, for the stack
   */
  readonly each?: string;
  readonly needs?: readonly string[];
  /** The dashboard without its panels. */
  readonly dashboard: JsonObject;
  readonly rows: readonly RowTemplate[];
}

/** Subjects and parts of a stack that dashboards can show. */
export interface DashboardModel {
  readonly args: Readonly<Record<string, string>>;
  /** Parts that the stack has: `loki`, `node`. */
  readonly parts: readonly string[];
  readonly subjects: readonly DashboardSubject[];
}
