import type { AlertSeverity, Duration } from '../../values';
import type { EmailSettings } from '../backup';
import { promDuration } from '../prometheus/prom-duration';
import { muteTimes } from './quiet-hours';
import type { QuietHours } from './quiet-hours';
import { yamlText } from '../prometheus/yaml-text';

/** Channel of notifications; secret addresses and passwords are paths of files. */
export type Channel =
  | { readonly kind: 'email'; readonly email: EmailSettings }
  | { readonly kind: 'slack'; readonly urlFile: string; readonly channel: string | undefined }
  | { readonly kind: 'webhook'; readonly urlFile: string };

/** Selection of alerts for one channel. */
export interface AlertRoute {
  readonly name: string;
  readonly channel: Channel;
  readonly severities: readonly AlertSeverity[];
  readonly quietHours: QuietHours | undefined;
  /** Time after which an alert that still fires is sent again. */
  readonly repeatEvery: Duration;
}

/** Configuration of an Alertmanager. */
export interface AlertmanagerModel {
  readonly routes: readonly AlertRoute[];
  /** File with the address that is called as long as alerts arrive. The service there notices when the calls stop. */
  readonly heartbeatUrlFile: string | undefined;
}

/** Labels that alerts are grouped by. A missing label counts as empty. */
const SAME = ['alertname', 'job', 'instance', 'route', 'mountpoint', 'task'];

/** Name of the alert that always fires. */
export const WATCHDOG = 'Watchdog';
const NOBODY = 'nobody';
const HEARTBEAT = 'heartbeat';

/** Returns the text of `alertmanager.yml`. Every route is checked, so one alert may go to several. */
export function renderAlertmanager({ routes, heartbeatUrlFile }: AlertmanagerModel): string {
  const heartbeat = heartbeatUrlFile === undefined ? [] : [heartbeatUrlFile];
  return yamlText({
    route: {
      receiver: NOBODY,
      group_by: ['alertname', 'job'],
      group_wait: '15s',
      group_interval: '1m',
      repeat_interval: '4h',
      routes: [...heartbeat.map(() => heartbeatRoute()), ...routes.map(routeOf)],
    },
    receivers: [
      { name: NOBODY },
      ...heartbeat.map((url_file) => ({ name: HEARTBEAT, webhook_configs: [{ url_file, send_resolved: false }] })),
      ...routes.map(receiverOf),
    ],
    // A recipient of the alert about a loss needs no alert about its approach.
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity="warning"'],
        equal: SAME,
      },
    ],
    ...timeIntervals(routes),
  });
}

function heartbeatRoute(): object {
  // Alertmanager checks once in each group interval whether the repeat interval has passed. If both are a minute, every
  // other check comes too early.
  const often = { group_wait: '0s', group_interval: '1m', repeat_interval: '30s' };
  return { receiver: HEARTBEAT, matchers: [`alertname="${WATCHDOG}"`], ...often };
}

function routeOf({ name, severities, quietHours, repeatEvery }: AlertRoute): object {
  return {
    receiver: name,
    matchers: [`severity=~"${severities.join('|')}"`],
    repeat_interval: promDuration('repeatEvery', repeatEvery),
    ...(quietHours === undefined ? {} : { mute_time_intervals: [quietName(name)] }),
    continue: true,
  };
}

function receiverOf({ name, channel }: AlertRoute): object {
  return { name, ...receiverConfig(channel) };
}

function receiverConfig(channel: Channel): object {
  switch (channel.kind) {
    case 'email':
      return { email_configs: [emailConfig(channel.email)] };
    case 'slack':
      return { slack_configs: [slackConfig(channel)] };
    case 'webhook':
      return { webhook_configs: [{ url_file: channel.urlFile, send_resolved: true }] };
  }
}

function slackConfig({ urlFile, channel }: Extract<Channel, { readonly kind: 'slack' }>): object {
  return { api_url_file: urlFile, ...(channel === undefined ? {} : { channel }), send_resolved: true, ...SLACK };
}

const SLACK = {
  title: '{{ .Status | toUpper }} {{ .CommonLabels.alertname }} ({{ .CommonLabels.stack }})',
  text: '{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}',
};

function emailConfig({ from, to, server, port, tls, user, password }: EmailSettings): object {
  return {
    to: to.join(', '),
    from,
    smarthost: `${server}:${port}`,
    require_tls: tls === 'starttls',
    ...(user === undefined ? {} : { auth_username: user }),
    ...(password === undefined ? {} : { auth_password_file: password }),
    send_resolved: true,
  };
}

function timeIntervals(routes: readonly AlertRoute[]): object {
  const quiet = routes.flatMap(({ name, quietHours }) =>
    quietHours === undefined ? [] : [{ name: quietName(name), time_intervals: muteTimes(quietHours) }],
  );
  return quiet.length === 0 ? {} : { time_intervals: quiet };
}

function quietName(route: string): string {
  return `quiet-${route}`;
}
