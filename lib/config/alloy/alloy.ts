import { alloyBlock } from './alloy-text';
import { logComponents } from './alloy-logs';
import type { AlloyLogs } from './alloy-logs';
import { traceComponents } from './alloy-traces';
import type { AlloyTraces } from './alloy-traces';

/** Configuration of an Alloy. */
export interface AlloyModel {
  /** Undefined if it receives no logs. */
  readonly logs: AlloyLogs | undefined;
  /** Undefined if it receives no traces. */
  readonly traces: AlloyTraces | undefined;
}

/** Returns the text of `config.alloy`. */
export function renderAlloy({ logs, traces }: AlloyModel): string {
  const blocks = [
    alloyBlock('logging', { level: 'warn', format: 'json' }),
    ...(logs === undefined ? [] : logComponents(logs)),
    ...(traces === undefined ? [] : traceComponents(traces)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Returns the stability level to allow. Alloy runs components that are not final only if this level permits them. */
export function alloyStability({ logs }: AlloyModel): 'experimental' | 'generally-available' | 'public-preview' {
  if (logs === undefined || logs.path.kind === 'files') return 'generally-available';
  return logs.path.kind === 'hec' ? 'public-preview' : 'experimental';
}
