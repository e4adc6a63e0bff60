import { ConfigurationError, Duration, quoted } from '../../values';
import type { AlertSeverity } from '../../values';
import type { AlertRoute, Channel, EmailSettings, QuietHours } from '../../config';
import { secretPath } from '../../model/secret';
import type { Secret } from '../../model/secret';
import { emailSettings } from '../email-options';
import type { EmailOptions } from '../email-options';

/** What is told, and when. */
export interface NotificationOptions {
  /**
   * Which alerts: 'critical' are those that somebody has to come for, 'warning' those that can wait for the morning.
   * @default - both
   */
  readonly severities?: readonly Exclude<AlertSeverity, 'none'>[];
  /**
   * A time of each day in which nobody is told here; what still lasts at its end is told then. Another notification
   * without it may tell the critical ones at once.
   * @default - none
   */
  readonly quietHours?: QuietHours;
  /**
   * After this time somebody is told again of what still lasts.
   * @default 4 hours
   */
  readonly repeatEvery?: Duration;
}

export interface SlackOptions extends NotificationOptions {
  /** The address of an incoming webhook of Slack, or of one that understands the same (Mattermost, Discord with `/slack`). */
  readonly webhook: Secret;
  /** @default - the webhook's own channel */
  readonly channel?: string;
}

export interface WebhookOptions extends NotificationOptions {
  /** The address that gets Alertmanager's JSON. */
  readonly url: Secret;
}

/** One way on which somebody is told of alerts. */
export interface Notification {
  readonly channel: () => Channel;
  /** Delivered to Alertmanager as files. */
  readonly secrets: readonly Secret[];
  readonly options: NotificationOptions;
}

/** Ways on which somebody is told of alerts. */
export const Notification = {
  email(options: EmailOptions & NotificationOptions): Notification {
    const { password } = options;
    const secrets = password === undefined ? [] : [password];
    return { channel: () => ({ kind: 'email', email: emailChannel(options) }), secrets, options };
  },

  slack(options: SlackOptions): Notification {
    const { webhook, channel } = options;
    return { channel: () => ({ kind: 'slack', urlFile: secretPath(webhook), channel }), secrets: [webhook], options };
  },

  webhook(options: WebhookOptions): Notification {
    const { url } = options;
    return { channel: () => ({ kind: 'webhook', urlFile: secretPath(url) }), secrets: [url], options };
  },
};

/** Alertmanager encrypts from the first byte at port 465, and nowhere else. */
const IMPLICIT_PORT = 465;

function emailChannel(options: EmailOptions): EmailSettings {
  const settings = emailSettings(options);
  if ((settings.tls === 'implicit') === (settings.port === IMPLICIT_PORT)) return settings;
  throw new ConfigurationError(
    undefined,
    `Alertmanager encrypts from the first byte at port ${IMPLICIT_PORT} and at no other, got \`tls\` ${quoted(settings.tls)} ` +
      `with port ${settings.port}; use \`tls: 'implicit'\` with ${IMPLICIT_PORT}, or 'starttls' with another`,
  );
}

/** Named by their order: 'email-1'. */
export function alertRoute(notification: Notification, index: number): AlertRoute {
  const { options } = notification;
  const channel = notification.channel();
  const { severities = ['critical', 'warning'], quietHours, repeatEvery = Duration.hours(4) } = options;
  if (severities.length === 0) {
    throw new ConfigurationError(
      undefined,
      `a notification by ${channel.kind} tells of nothing, got \`severities\` ${quoted(severities)}; name one, or leave them out for all`,
    );
  }
  return { name: `${channel.kind}-${index + 1}`, channel, severities, quietHours, repeatEvery };
}
