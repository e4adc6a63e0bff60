import { alloyBlock } from './alloy-text';
import { logComponents } from './alloy-logs';
import type { AlloyLogs } from './alloy-logs';
import { traceComponents } from './alloy-traces';
import type { AlloyTraces } from './alloy-traces';

/** What an Alloy does. */
export interface AlloyModel {
  /** Undefined where it takes no logs. */
  readonly logs: AlloyLogs | undefined;
  /** Undefined where it takes no traces. */
  readonly traces: AlloyTraces | undefined;
}

/** The text of `config.alloy`. */
export function renderAlloy({ logs, traces }: AlloyModel): string {
  const blocks = [
    alloyBlock('logging', { level: 'warn', format: 'json' }),
    ...(logs === undefined ? [] : logComponents(logs)),
    ...(traces === undefined ? [] : traceComponents(traces)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Alloy starts with parts that its makers do not call finished only when it is told so. */
export function alloyStability({ logs }: AlloyModel): 'experimental' | 'generally-available' | 'public-preview' {
  if (logs === undefined || logs.path.kind === 'files') return 'generally-available';
  return logs.path.kind === 'splunk' ? 'public-preview' : 'experimental';
}
