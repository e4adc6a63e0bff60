import type { Construct } from 'constructs';
import { ConfigurationError, MonitoringStack, Notification, Secret } from '../../lib';

/** Monitoring of MnemoLite, and the recipients of alerts. */
export interface MnemoLiteMonitoring {
  /**
   * Kind of notification, 'slack' or 'webhook'; the address is the supplied secret `alert-webhook`.
   * @default - none: alerts are only visible in Prometheus
   */
  readonly alerts?: string;
}

export function addMonitoring(scope: Construct, { alerts }: MnemoLiteMonitoring): MonitoringStack {
  return new MonitoringStack(scope, 'Monitoring', {
    notifications: alerts === undefined ? [] : [notification(scope, alerts)],
  });
}

function notification(scope: Construct, kind: string): Notification {
  const address = (): Secret => new Secret(scope, 'AlertWebhook', { origin: 'supplied' });
  if (kind === 'slack') return Notification.slack({ webhook: address() });
  if (kind === 'webhook') return Notification.webhook({ url: address() });
  throw new ConfigurationError(
    undefined,
    `MNEMOLITE_ALERTS ${JSON.stringify(kind)} is no way to tell anybody; write slack or webhook`,
  );
}
