import type { JsonObject, PanelTemplate, Place } from './template';

/** A row of a dashboard with its words replaced. */
export interface Row {
  readonly title: string;
  readonly panels: readonly (JsonObject & { readonly gridPos: Place })[];
}

const FULL = 24;
const HEADER = 1;

/**
 * Returns the panels of all rows below each other, each row under its title. A panel keeps its column, so that rows can
 * be compared; empty lines take no room.
 */
export function layOut(rows: readonly Row[]): readonly JsonObject[] {
  const panels: JsonObject[] = [];
  let top = 0;
  for (const { title, panels: own } of rows) {
    const gridPos = { x: 0, y: top, w: FULL, h: HEADER };
    panels.push({ id: panels.length + 1, type: 'row', title, collapsed: false, panels: [], gridPos });
    top += HEADER;
    for (const y of linesOf(own)) {
      const line = own.filter((panel) => panel.gridPos.y === y);
      for (const panel of line) panels.push({ ...panel, id: panels.length + 1, gridPos: { ...panel.gridPos, y: top } });
      top += Math.max(...line.map(({ gridPos: { h } }) => h));
    }
  }
  return panels;
}

function linesOf(panels: readonly PanelTemplate['panel'][]): readonly number[] {
  return [...new Set(panels.map(({ gridPos }) => gridPos.y))].sort((a, b) => a - b);
}
