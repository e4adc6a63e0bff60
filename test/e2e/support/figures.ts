import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadReport } from './load';
import { workDirectory } from './project';

/** Keeps what was measured for the table at the end of the run; no test depends on it. */
export function note(what: string, figures: Readonly<Record<string, number | string>>): void {
  appendFileSync(join(workDirectory(), 'figures.jsonl'), `${JSON.stringify({ what, ...figures })}\n`);
}

export function noteLoad(what: string, report: LoadReport, seconds: number): void {
  note(what, {
    requests: report.requests,
    failed: report.failures.length,
    ...(report.retried > 0 ? { retried: report.retried } : {}),
    'slowest ms': report.slowestMillis,
    seconds: Number(seconds.toFixed(1)),
  });
}
