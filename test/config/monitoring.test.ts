import { renderAlertmanager, renderPrometheus } from '../../lib/config';
import type { PrometheusModel } from '../../lib/config';
import { Duration } from '../../lib/values';
import { describeWith } from '../support/programs';
import { RuleDirectory } from '../support/promtool';

const PROMETHEUS: PrometheusModel = {
  scrapeInterval: Duration.seconds(15),
  jobs: [
    { name: 'api', host: 'api', port: 8000, path: '/m', each: true, labels: { service: 'api', version: '$1.0' } },
    { name: 'outside', host: '10.0.0.7', port: 9100, path: '/metrics', each: false, labels: { service: 'outside' } },
  ],
  externalLabels: { stack: 'shop-prod' },
  alertmanagers: ['alertmanager:9093'],
  ruleFiles: ['rules.yml'],
};

const EMAIL = {
  from: 'ops@example.org',
  to: ['a@example.org', 'b@example.org'],
  server: 'mail.example.org',
  port: 587,
};
const ALERTMANAGER = {
  routes: [
    {
      name: 'email-1',
      channel: { kind: 'email', email: { ...EMAIL, tls: 'starttls', user: 'ops', password: '/run/secrets/mail' } },
      severities: ['warning'],
      quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' },
      repeatEvery: Duration.hours(12),
    },
    {
      name: 'slack-2',
      channel: { kind: 'slack', urlFile: '/run/secrets/slack', channel: '#ops' },
      severities: ['critical', 'warning'],
      quietHours: undefined,
      repeatEvery: Duration.hours(4),
    },
  ],
  heartbeatUrlFile: '/run/secrets/beat',
} as const;

test('prometheus.yml finds each container of a service by its name, and reads what is outside at its address', () => {
  expect(renderPrometheus(PROMETHEUS)).toBe(`global:
  scrape_interval: 15s
  evaluation_interval: 15s
  external_labels:
    stack: shop-prod
rule_files:
  - rules.yml
alerting:
  alertmanagers:
    - static_configs:
        - targets:
            - alertmanager:9093
scrape_configs:
  - job_name: api
    metrics_path: /m
    dns_sd_configs:
      - names:
          - api
        type: A
        port: 8000
        refresh_interval: 10s
    relabel_configs:
      - target_label: service
        replacement: api
      - target_label: version
        replacement: $$1.0
  - job_name: outside
    static_configs:
      - targets:
          - 10.0.0.7:9100
        labels:
          service: outside
`);
});

test('an address with colons is set off from its port', () => {
  const job = { name: 'v6', host: 'fd00::7', port: 9100, path: '/metrics', each: false, labels: {} };
  expect(renderPrometheus({ ...PROMETHEUS, jobs: [job] })).toContain('- "[fd00::7]:9100"');
});

test('two services under one name are refused', () => {
  const { jobs } = PROMETHEUS;
  expect(() => renderPrometheus({ ...PROMETHEUS, jobs: [...jobs, ...jobs] })).toThrow(
    'two services have metrics under the name "api"; give one of them another `job` in `toScrapeTargets`',
  );
});

test('alertmanager.yml asks each route, is quiet over midnight, and has secrets only as files', () => {
  expect(renderAlertmanager(ALERTMANAGER)).toBe(`route:
  receiver: nobody
  group_by:
    - alertname
    - job
  group_wait: 15s
  group_interval: 1m
  repeat_interval: 4h
  routes:
    - receiver: heartbeat
      matchers:
        - alertname="Watchdog"
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 30s
    - receiver: email-1
      matchers:
        - severity=~"warning"
      repeat_interval: 43200s
      mute_time_intervals:
        - quiet-email-1
      continue: true
    - receiver: slack-2
      matchers:
        - severity=~"critical|warning"
      repeat_interval: 14400s
      continue: true
receivers:
  - name: nobody
  - name: heartbeat
    webhook_configs:
      - url_file: /run/secrets/beat
        send_resolved: false
  - name: email-1
    email_configs:
      - to: a@example.org, b@example.org
        from: ops@example.org
        smarthost: mail.example.org:587
        require_tls: true
        auth_username: ops
        auth_password_file: /run/secrets/mail
        send_resolved: true
  - name: slack-2
    slack_configs:
      - api_url_file: /run/secrets/slack
        channel: "#ops"
        send_resolved: true
        title: "{{ .Status | toUpper }} {{ .CommonLabels.alertname }} ({{ .CommonLabels.stack }})"
        text: |-
          {{ range .Alerts }}{{ .Annotations.summary }}
          {{ .Annotations.description }}
          {{ .Annotations.runbook_url }}
          {{ end }}
inhibit_rules:
  - source_matchers:
      - severity="critical"
    target_matchers:
      - severity="warning"
    equal:
      - alertname
      - job
      - instance
      - route
      - mountpoint
      - task
time_intervals:
  - name: quiet-email-1
    time_intervals:
      - times:
          - start_time: "22:00"
            end_time: "24:00"
          - start_time: "00:00"
            end_time: "07:00"
        location: Europe/Berlin
`);
});

test.each([
  [{ from: '22', to: '07:00' }, 'quiet hours are written like "22:00", got "22"'],
  [{ from: '24:00', to: '07:00' }, 'quiet hours are written like "22:00", got "24:00"'],
  [{ from: '07:00', to: '07:00' }, 'quiet hours from "07:00" to "07:00" are none, or all; state two times'],
  [
    { from: '22:00', to: '07:00', timeZone: 'Berlin' },
    '"Berlin" is no time zone; write for example "Europe/Berlin" or "UTC"',
  ],
])('quiet hours %j are refused', (quietHours, message) => {
  const [route] = ALERTMANAGER.routes;
  expect(() => renderAlertmanager({ ...ALERTMANAGER, routes: [{ ...route, quietHours }] })).toThrow(message);
});

describeWith(['promtool', 'amtool'], 'configurations of monitoring, judged by the programs that read them', () => {
  let directory: RuleDirectory;
  beforeAll(() => (directory = new RuleDirectory()));
  afterAll(() => directory.remove());

  test('are good', () => {
    directory.write('prometheus.yml', renderPrometheus({ ...PROMETHEUS, ruleFiles: [] }));
    directory.write('alertmanager.yml', renderAlertmanager(ALERTMANAGER));
    expect(directory.run('promtool', 'check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
    expect(directory.run('amtool', 'check-config', 'alertmanager.yml')).toMatchObject({ status: 0 });
  });
});
