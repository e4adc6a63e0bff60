import { Duration, MonitoringStack, Notification, Secret } from '../../lib';
import { describeWith } from '../support/programs';
import { RuleDirectory } from '../support/promtool';
import { synth, testStack } from '../support/stacks';
import { written } from '../support/written-files';

/** Everybody hears of something else: Slack of all, a webhook of what is for now, people by mail of what can wait. */
function alertmanager(): string {
  const stack = testStack();
  const secret = (id: string): Secret => new Secret(stack, id, { origin: 'supplied' });
  const mail = { from: 'ops@example.org', to: ['a@example.org', 'b@example.org'], server: 'mail.example.org' };
  new MonitoringStack(stack, 'Monitoring', {
    heartbeat: secret('Heartbeat'),
    notifications: [
      Notification.slack({ webhook: secret('Slack'), channel: '#ops', repeatEvery: Duration.hours(1) }),
      Notification.webhook({ url: secret('Pager'), severities: ['critical'] }),
      Notification.email({
        ...mail,
        user: 'ops',
        password: secret('Mail'),
        severities: ['warning'],
        quietHours: { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin' },
      }),
    ],
  });
  return written(synth(stack), 'alertmanager-config', 'alertmanager.yml');
}

describeWith('amtool', 'Alertmanager itself', () => {
  let directory: RuleDirectory;
  beforeAll(() => {
    directory = new RuleDirectory();
    directory.write('alertmanager.yml', alertmanager());
  });
  afterAll(() => directory.remove());

  test('takes its configuration, with all ways to tell somebody', () => {
    const { status, output } = directory.run('amtool', 'check-config', 'alertmanager.yml');
    expect(output).toContain('SUCCESS');
    expect(output).toContain(' - 5 receivers');
    expect(output).toContain(' - 1 inhibit rules');
    expect(status).toBe(0);
  });

  test.each([
    [
      ['alertname=ServiceDown', 'severity=critical', 'job=api'],
      ['slack-1', 'webhook-2'],
    ],
    [
      ['alertname=DiskLow', 'severity=warning', 'mountpoint=/srv'],
      ['slack-1', 'email-3'],
    ],
    [['alertname=Watchdog', 'severity=none'], ['heartbeat']],
    [['alertname=Own', 'severity=info'], ['nobody']],
    [['alertname=Own'], ['nobody']],
  ])('sends %j to %j', (labels, receivers) => {
    const args = ['--config.file=alertmanager.yml', `--verify.receivers=${receivers.join(',')}`, ...labels];
    const { status, output } = directory.run('amtool', 'config', 'routes', 'test', ...args);
    expect([status, output.split('\n')]).toEqual([0, expect.arrayContaining([receivers.join(',')])]);
  });
});

describe('A program without types', () => {
  const monitored = (props: object) => (): void => void new MonitoringStack(testStack(), 'Monitoring', props);
  const place = '[shop-test/Monitoring';

  test.each<[string, object, string]>([
    [
      'the value of a secret, which is not repeated',
      { heartbeat: 'https://hooks.example/token' },
      `${place}] \`heartbeat\` must be a \`Secret\`, got a string; write \`new Secret(this, 'Name', { origin: 'supplied' })\`, and give its value to the command \`secrets\``,
    ],
    ['null for one', { heartbeat: null }, `${place}] \`heartbeat\` must be a \`Secret\`, got null;`],
    [
      'one way to tell without the brackets',
      { notifications: Notification.email({ from: 'a@example.org', to: ['b@example.org'], server: 'mail' }) },
      `${place}] \`notifications\` must be a list of notifications, got an object`,
    ],
    [
      'a text for a duration',
      { prometheus: { retention: '15d' } },
      `${place}] \`prometheus.retention\` must be written like Duration.seconds(10), got "15d"`,
    ],
  ])('hears of %s', (_, props, message) => {
    expect(monitored(props)).toThrow(message);
  });
});
