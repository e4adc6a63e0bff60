import {
  assertOptions,
  ConfigurationError,
  Duration,
  DURATION,
  factory,
  listOf,
  oneOf,
  options as optionsOf,
  quote,
  required,
  TEXT,
} from '../../../values';
import type { AlertSeverity, OptionShapes } from '../../../values';
import type { AlertRoute, Channel, EmailSettings, QuietHours } from '../../../config';
import { secretPath } from '../../../model/secrets/secret';
import type { Secret } from '../../../model/secrets/secret';
import { SECRET } from '../../../model/stack/option-shapes';
import { emailSettings } from '../../shared/email-options';
import { EMAIL_OPTIONS } from '../../shared/option-shapes';
import type { EmailOptions } from '../../shared/email-options';

/** Selection and timing of alerts. */
export interface NotificationOptions {
  /**
   * Severities to send: 'critical' needs action now, 'warning' can wait until the morning.
   * @default - both
   */
  readonly severities?: readonly Exclude<AlertSeverity, 'none'>[];
  /**
   * Daily time in which this notification sends nothing. Alerts that still fire at its end are sent then. Another
   * notification without quiet hours may send the critical ones at once.
   * @default - none
   */
  readonly quietHours?: QuietHours;
  /**
   * Time after which an alert that still fires is sent again.
   * @default 4 hours
   */
  readonly repeatEvery?: Duration;
}

/** Options of a notification by Slack. */
export interface SlackOptions extends NotificationOptions {
  /** Address of an incoming webhook of Slack, or of a compatible one (Mattermost, Discord with `/slack`). */
  readonly webhook: Secret;
  /**
   * Channel to write to.
   * @default - the webhook's own channel
   */
  readonly channel?: string;
}

/** Options of a notification by HTTP. */
export interface WebhookOptions extends NotificationOptions {
  /** Address that gets Alertmanager's JSON. */
  readonly url: Secret;
}

/** A recipient of alerts: `Notification.email`, `Notification.slack` or `Notification.webhook`. */
export interface Notification {
  /** Returns the settings of the channel. Called when the stack is rendered. */
  readonly channel: () => Channel;
  /** Secrets that Alertmanager gets as files. */
  readonly secrets: readonly Secret[];
  /** Selection and timing of alerts. */
  readonly options: NotificationOptions;
}

const TIMING: OptionShapes<NotificationOptions> = {
  severities: listOf(oneOf('critical', 'warning'), 'severities'),
  quietHours: optionsOf({ from: required(TEXT), to: required(TEXT), timeZone: TEXT }),
  repeatEvery: DURATION,
};
const EMAIL: OptionShapes<EmailOptions & NotificationOptions> = { ...EMAIL_OPTIONS, ...TIMING };
const SLACK: OptionShapes<SlackOptions> = { ...TIMING, webhook: required(SECRET), channel: TEXT };
const WEBHOOK: OptionShapes<WebhookOptions> = { ...TIMING, url: required(SECRET) };

/** Recipients of alerts. */
export const Notification = {
  /** Returns a notification by e-mail. */
  email(options: EmailOptions & NotificationOptions): Notification {
    assertOptions(factory('Notification.email'), options, EMAIL);
    const { password } = options;
    const secrets = password === undefined ? [] : [password];
    return { channel: () => ({ kind: 'email', email: emailChannel(options) }), secrets, options };
  },

  /** Returns a notification by Slack, Mattermost or Discord. */
  slack(options: SlackOptions): Notification {
    assertOptions(factory('Notification.slack'), options, SLACK);
    const { webhook, channel } = options;
    return { channel: () => ({ kind: 'slack', urlFile: secretPath(webhook), channel }), secrets: [webhook], options };
  },

  /** Returns a notification by a POST request with Alertmanager's JSON. */
  webhook(options: WebhookOptions): Notification {
    assertOptions(factory('Notification.webhook'), options, WEBHOOK);
    const { url } = options;
    return { channel: () => ({ kind: 'webhook', urlFile: secretPath(url) }), secrets: [url], options };
  },
};

/** Port on which Alertmanager encrypts from the first byte; it does so on no other port. */
const IMPLICIT_PORT = 465;

function emailChannel(options: EmailOptions): EmailSettings {
  const settings = emailSettings(options);
  if ((settings.tls === 'implicit') === (settings.port === IMPLICIT_PORT)) return settings;
  throw new ConfigurationError(
    undefined,
    `Alertmanager encrypts from the first byte at port ${IMPLICIT_PORT} and at no other, got \`tls\` ${quote(settings.tls)} ` +
      `with port ${settings.port}; use \`tls: 'implicit'\` with ${IMPLICIT_PORT}, or 'starttls' with another`,
  );
}

/** Returns the route of a notification, named by its position: 'email-1'. */
export function alertRoute(notification: Notification, index: number): AlertRoute {
  const { options } = notification;
  const channel = notification.channel();
  const { severities = ['critical', 'warning'], quietHours, repeatEvery = Duration.hours(4) } = options;
  if (severities.length === 0) {
    throw new ConfigurationError(
      undefined,
      `a notification by ${channel.kind} tells of nothing, got \`severities\` ${quote(severities)}; name one, or leave them out for all`,
    );
  }
  return { name: `${channel.kind}-${index + 1}`, channel, severities, quietHours, repeatEvery };
}
