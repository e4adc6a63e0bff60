import { App } from 'cdktf';
import { Engine, EnvironmentStack, HealthCheck, Image, WorkerService } from '../../../lib';
import type { Environment } from '../../../lib';
import { environments } from '../../../stacks/environments';
import { MnemoLiteStack } from '../../../stacks/mnemolite/mnemolite-stack';
import { SETTINGS } from '../../../stacks/mnemolite/settings';
import { PLAIN_COMMAND, PLAIN_COUNT, PLAIN_IMAGE } from './plain-services';

// Synthesizes, in the current directory, what the benchmark deploys: `app HTTP_PORT POSTGRES_PORT`.
const [http, postgres = 0] = process.argv.slice(2).map(Number);
const dev = environments().find(({ name }) => name === 'dev');
const { dev: settings } = SETTINGS;
if (dev === undefined || settings === undefined) throw new Error('MnemoLite has no environment dev');

/** As dev in everything but its name and ports, so that a deployed mnemolite-dev stays as it is. */
const environment: Environment = { ...dev, name: 'bench' };

function plainServices(app: App, system: string, healthCheck?: HealthCheck): void {
  const { imageMirrors } = environment;
  const platform = new Engine();
  const stack = new EnvironmentStack(app, { system, environment: { name: 'bench', platform, imageMirrors } });
  for (let index = 0; index < PLAIN_COUNT; index += 1) {
    new WorkerService(stack, `Worker${index}`, {
      image: Image.of(PLAIN_IMAGE),
      command: PLAIN_COMMAND,
      healthCheck,
      environment: { INDEX: String(index) },
    });
  }
}

const app = new App();
new MnemoLiteStack(app, environment, { ...settings, edge: { http }, expose: { postgres } });
plainServices(app, 'plain');
plainServices(app, 'checked', HealthCheck.command(['true']));
app.synth();
