import { Duration } from '../../lib';
import type { ProxyEngine, ProxyModel } from '../../lib';
import { answerRate } from '../../lib/config';

/** An engine that keeps each model, so that tests see the decision and not a program's language. */
export interface Recorder {
  readonly engine: ProxyEngine;
  /** Returns the last model. */
  model(): ProxyModel;
}

/** Returns an engine of its own kind: it reloads by a signal, and has its addresses in the main file. */
export function recording(more: Partial<ProxyEngine> = {}): Recorder {
  const models: ProxyModel[] = [];
  return {
    engine: { ...ENGINE, render: (model) => (models.push(model), 'a configuration'), ...more },
    model: () => {
      const [last] = models.slice(-1);
      if (last === undefined) throw new Error('nothing was rendered');
      return last;
    },
  };
}

const ENGINE: Omit<ProxyEngine, 'render'> = {
  name: 'Recorder',
  defaultImage: 'example/recorder:1.2.3',
  user: '101:102',
  features: new Set(),
  configDirectory: '/etc/recorder',
  configFile: 'recorder.conf',
  command: ['recorder', '-f', '/etc/recorder/recorder.conf'],
  reload: { by: 'signal', signal: 'SIGHUP', check: (file) => ['recorder', '-t', '-f', file] },
  upstreams: { by: 'reload' },
  capabilities: [],
  dataDirectory: '/var/lib/recorder',
  scratchDirectories: ['/run/recorder'],
  probe: ['recorder', '-ping'],
  logFields: { route: 'router', service: 'backend', status: 'code', duration: 'seconds' },
  metrics: {
    answers: (job) => ({
      all: answerRate('recorder_answers_total', `job="${job}"`),
      errors: answerRate('recorder_errors_total', `job="${job}"`),
      timed: answerRate('recorder_seconds_count', `job="${job}"`),
      within: (bucket) => answerRate('recorder_seconds_bucket', `job="${job}",le="${bucket.toMillis() / 1000}"`),
      buckets: [Duration.millis(100), Duration.millis(300)],
    }),
    panels: (job) => ({
      requests: answerRate('recorder_answers_total', `job="${job}"`),
      errors: answerRate('recorder_errors_total', `job="${job}"`),
      durations: (window) => `sum by (le) (rate(recorder_seconds_bucket{job="${job}"}[${window}]))`,
    }),
  },
  certificateLimits: { internal: { warning: Duration.days(2), critical: Duration.days(1) } },
};
