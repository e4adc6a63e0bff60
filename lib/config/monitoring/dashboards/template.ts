import type { ChartSubject } from '../../../values';

/** What JSON says of a dashboard; what it means is Grafana's matter. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface JsonObject {
  readonly [key: string]: Json;
}

/** A panel; its place is that in its row. */
export interface PanelTemplate {
  /** Parts without which it would show nothing. */
  readonly needs?: readonly string[];
  /** Parts with which something better shows the same. */
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
  /** @default - made once, for the stack */
  readonly each?: string;
  readonly needs?: readonly string[];
  readonly panels: readonly PanelTemplate[];
}

/**
 * A dashboard before it is known what the stack has. `<word>` stands for a word of the row's subject, else for one of the
 * dashboard's, else for one of the stack.
 */
export interface DashboardTemplate {
  /** @default - made once, for the stack */
  readonly each?: string;
  readonly needs?: readonly string[];
  /** All but its panels. */
  readonly dashboard: JsonObject;
  readonly rows: readonly RowTemplate[];
}

/** What a stack has that can be shown. */
export interface ChartModel {
  readonly words: Readonly<Record<string, string>>;
  /** Parts that the stack has: `loki`, `node`. */
  readonly parts: readonly string[];
  readonly subjects: readonly ChartSubject[];
}
