import { CustomVariableBuilder, TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardTemplate } from '../../lib/config';
import { frame, plain } from './dashboard';
import { logLines, logSeries } from './panels';

const SERVICES = new CustomVariableBuilder('service')
  .label('Service')
  .values('<logging>')
  .multi(true)
  .includeAll(true)
  .allValue('.+')
  .current({ selected: true, text: 'All', value: '$__all' });
const SEARCH = new TextBoxVariableBuilder('search').label('Contains').defaultValue('');

const LINES = '{service=~"$service"} |= "$search"';

/** Lines of all services; a trace id in one leads to the trace. */
export const LOGS: DashboardTemplate = {
  needs: ['loki'],
  dashboard: plain(
    frame({ uid: 'logs', title: 'logs', tags: ['logs'], from: 'now-1h' })
      .withVariable(SERVICES)
      .withVariable(SEARCH),
  ),
  rows: [
    {
      title: 'How many',
      panels: [
        logSeries(
          { title: 'Lines', at: [0, 0, 12, 7], description: 'A second.' },
          {
            '{{service}}': `sum by (service) (rate(${LINES} [$__auto]))`,
          },
        ),
        logSeries(
          { title: 'Errors', at: [12, 0, 12, 7], description: 'A second.' },
          {
            '{{service}}': `sum by (service) (rate(${LINES} | level=~"error|critical" [$__auto])) or vector(0)`,
          },
        ),
      ],
    },
    { title: 'Lines', panels: [logLines({ title: '', at: [0, 0, 24, 20] }, LINES)] },
  ],
};
