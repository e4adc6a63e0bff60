import type { AlertSeverity, Duration } from '../../values';
import type { EmailSettings } from '../backup';
import { promDuration } from './prom-duration';
import { muteTimes } from './quiet-hours';
import type { QuietHours } from './quiet-hours';
import { yamlText } from './yaml-text';

/** How somebody is told; addresses and passwords that are secret are paths of files. */
export type Channel =
  | { readonly kind: 'email'; readonly email: EmailSettings }
  | { readonly kind: 'slack'; readonly urlFile: string; readonly channel: string | undefined }
  | { readonly kind: 'webhook'; readonly urlFile: string };

/** Who is told of what. */
export interface AlertRoute {
  readonly name: string;
  readonly channel: Channel;
  readonly severities: readonly AlertSeverity[];
  readonly quietHours: QuietHours | undefined;
  /** After this time somebody is told again of what still lasts. */
  readonly repeatEvery: Duration;
}

/** What an Alertmanager does. */
export interface AlertmanagerModel {
  readonly routes: readonly AlertRoute[];
  /** File with the address that is called as long as alerts arrive; silence there means that they do not. */
  readonly heartbeatUrlFile: string | undefined;
}

/** What an alert is about: a service, and of it a place, a disk or a task. What an alert has not is the same for all. */
const SAME = ['alertname', 'job', 'instance', 'route', 'mountpoint', 'task'];

/** The alert that always fires. */
export const WATCHDOG = 'Watchdog';
const NOBODY = 'nobody';
const HEARTBEAT = 'heartbeat';

/** The text of `alertmanager.yml`. Each route is asked, so one alert may be told to several. */
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
    // Who is told that something is lost need not be told that it was about to be.
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
  // It looks once in each interval of the group whether the last call is longer ago than that of repetition: with a minute
  // for both, it is not yet, every other time.
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
