import { App } from 'cdktf';
import { Engine, MonitoringStack, Notification, Secret, Size } from '../lib';
import type { Environment } from '../lib';
import { SETTINGS } from '../stacks/mnemolite/settings';
import { MnemoLiteStack } from '../stacks/mnemolite/mnemolite-stack';
const app = new App();
const environment: Environment = {
  name: 'mon',
  platform: new Engine(),
  edge: { http: 18090 },
  expose: { prometheus: 19090, alertmanager: 19093 },
  imageSources: JSON.parse(process.env.DOCKER_CONSTRUCTS_IMAGE_SOURCES ?? '{}'),
};
const s = SETTINGS.test!;
const stack = new MnemoLiteStack(app, environment, {
  ...s,
  database: { ...s.database, acceptNoBackup: 'x', memory: Size.mebibytes(512), sharedBuffers: Size.mebibytes(64) },
});
new MonitoringStack(stack, 'Monitoring', {
  notifications: [Notification.webhook({ url: new Secret(stack, 'Hook', { origin: 'supplied' }) })],
});
app.synth();
